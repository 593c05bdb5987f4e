// Recommend by personalized PageRank
//
// The titles that a user has not seen and may be shown, by π = (1 - d)·s + d·Pᵀπ with d the damping of the published
// settings: the same titles, order and scores as Python's walk "pagerank". The seeds s are the user's likes,
// weighted by preference × 2^(-rank / half-life) with the newest like at rank 0; likes of equal time share their
// mean rank.
// Needs Graph Data Science, and project_pagerank run before.
//
// Parameters:
//   $userId STRING - the user's id
//   $k INTEGER - how many titles
// Example: {userId: '196', k: 10}
MATCH (run:CinewalkRun)
MATCH (user:User {userId: $userId})
CALL (user) {
  MATCH (user)-[like:LIKES]->(seed:Title)
  WITH seed, like.preference AS preference, coalesce(like.timestamp.epochSeconds, 0) AS time
  ORDER BY time DESC
  RETURN collect({seed: seed, preference: preference, time: time}) AS likes
}
CALL (run, likes) {
  UNWIND range(0, size(likes) - 1) AS position
  WITH run, likes[position] AS like, position
  WITH run, like.time AS time, avg(position) AS rank, collect(like) AS members
  UNWIND members AS like
  RETURN collect([like.seed, like.preference * 2.0 ^ (-rank / run.halfLife)]) AS seeds
}
WITH run, user, seeds
WHERE size(seeds) > 0
CALL (user) {
  OPTIONAL MATCH (user)-[:RATED|WATCHED|THUMBED|BLOCKED|LIKES]->(:Title)-[:SAME_AS*0..1]->(title:Title)
  WITH collect(DISTINCT title) AS seen
  OPTIONAL MATCH (same:Title)-[:SAME_AS]->(:Title)
  WITH seen, collect(DISTINCT same) AS same
  RETURN seen + same AS seen
}
CALL gds.pageRank.stream('cinewalk', {
  sourceNodes: seeds,
  dampingFactor: coalesce(run.damping, 0.3),
  relationshipWeightProperty: 'weight',
  tolerance: 1e-14,
  maxIterations: 1000,
  concurrency: 1,
  scaler: 'L1Norm'
}) YIELD nodeId, score
WITH user, seen, gds.util.asNode(nodeId) AS title, score
WHERE title:Title AND score > 0 AND NOT title IN seen
  AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, score
ORDER BY score DESC, titleId
LIMIT $k
