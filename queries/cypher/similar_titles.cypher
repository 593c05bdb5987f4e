// Titles like one title
//
// The titles that are close to one title, best first: the same titles, order and scores as `cinewalk similar`. The
// score of title j is `closeScore`: N_ij · n / (n + 3) · (1 + the part of their genres together that both have), with
// n = `viewers` how many viewers like both, and N_ij the `sequenceScore`; where likes have no times it is `score`,
// times d_j^-0.4, with d how many likes a title has. Titles with fewer than 3 such viewers come after all others. What
// fewer viewers like than may be told of follows from its genres and people, and so `because` says. `viewers` is null
// where it is a few.
// Needs the SIMILAR relationships of `cinewalk publish`.
//
// Parameters:
//   $titleId STRING - the title's id
//   $k INTEGER - how many titles
// Example: {titleId: '50', k: 10}
MATCH (run:CinewalkRun)
MATCH (near:Title {titleId: $titleId})-[step:SIMILAR {run: run.run}]->(title:Title)
WHERE step.closeScore > 0 AND NOT EXISTS { (title)-[:SAME_AS]->(:Title) } AND NOT EXISTS { (near)-[:SAME_AS]->(title) }
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, step.closeScore AS score,
  CASE
    WHEN COUNT { (near)<-[:LIKES]-(:User) } < coalesce(run.privacySmallest, 5) THEN 'its genres and people'
    ELSE 'its viewers'
  END AS because,
  CASE WHEN step.viewers >= coalesce(run.privacySmallest, 5) THEN step.viewers END AS viewers
ORDER BY score DESC, titleId
LIMIT $k
