// Because you watched
//
// One row of titles for each of the newest titles that a user likes: what is close to it and has not been seen and may
// be shown, best first. The score is that of similar_titles. Of a story in parts the first comes first: the scores of
// its parts in a row are dealt out anew, the highest to the first (PART_OF).
// Needs the SIMILAR relationships of `cinewalk publish`.
//
// Parameters:
//   $userId STRING - the user's id
//   $rows INTEGER - how many of the newest liked titles
//   $k INTEGER - how many titles for each
// Example: {userId: '196', rows: 3, k: 5}
MATCH (run:CinewalkRun)
MATCH (user:User {userId: $userId})
CALL (user) {
  OPTIONAL MATCH (user)-[:RATED|WATCHED|THUMBED|BLOCKED|LIKES]->(:Title)-[:SAME_AS*0..1]->(title:Title)
  WITH collect(DISTINCT title) AS seen
  OPTIONAL MATCH (same:Title)-[:SAME_AS]->(:Title)
  WITH seen, collect(DISTINCT same) AS same
  RETURN seen + same AS seen
}
CALL (user) {
  MATCH (user)-[like:LIKES]->(liked:Title)
  RETURN liked, coalesce(like.timestamp.epochSeconds, 0) AS time
  ORDER BY time DESC, liked.titleId
  LIMIT $rows
}
CALL (run, user, seen, liked) {
  MATCH (liked)-[step:SIMILAR {run: run.run}]->(title:Title)
  WHERE step.closeScore > 0 AND NOT title IN seen
    AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
  OPTIONAL MATCH (title)-[place:PART_OF {run: run.run}]->(first:Title)
  WITH coalesce(first, title) AS story, title, coalesce(place.part, 1) AS part, step.closeScore AS score
  ORDER BY score DESC
  WITH story, collect({title: title, part: part}) AS parts, collect(score) AS scores
  WITH scores, COLLECT { UNWIND parts AS each WITH each ORDER BY each.part RETURN each.title } AS titles
  UNWIND range(0, size(titles) - 1) AS place
  WITH titles[place] AS title, scores[place] * (1 - place * 2.0 ^ -52) AS score
  RETURN title, score
  ORDER BY score DESC, title.titleId
  LIMIT $k
}
RETURN liked.titleId AS becauseId, liked.title AS because, title.titleId AS titleId, title.title AS title,
  title.year AS year, score
ORDER BY time DESC, becauseId, score DESC, titleId
