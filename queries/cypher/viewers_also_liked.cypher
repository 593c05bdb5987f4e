// Viewers who like a title also like
//
// What the viewers of one title like beside it, most viewers first. `share` is the part of the title's viewers who
// like the other one; `lift` is that share divided by the same share of all users, so above 1 means: more than
// everybody. What only a few viewers like both of is left out: it would tell what they like, and mean little.
// Needs LIKES alone, so it works without derived relationships.
//
// Parameters:
//   $titleId STRING - the title's id
//   $k INTEGER - how many titles
// Example: {titleId: '50', k: 10}
MATCH (liked:Title {titleId: $titleId})
OPTIONAL MATCH (run:CinewalkRun)
WITH liked, coalesce(run.privacySmallest, 5) AS smallest, COUNT { (:User) } AS users,
  COUNT { (liked)<-[:LIKES]-(:User) } AS all
MATCH (liked)<-[:LIKES]-(:User)-[:LIKES]->(title:Title)
WHERE title <> liked AND NOT EXISTS { (title)-[:SAME_AS]->(:Title) } AND NOT EXISTS { (liked)-[:SAME_AS]->(title) }
WITH smallest, users, all, title, count(*) AS viewers
WHERE viewers >= smallest
WITH users, all, title, viewers
ORDER BY viewers DESC, title.titleId
LIMIT $k
WITH users, title, viewers, toFloat(viewers) / all AS share, COUNT { (title)<-[:LIKES]-(:User) } AS likes
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, viewers, share, share * users / likes AS lift
ORDER BY viewers DESC, titleId
