// Recommend titles that a user has not seen
//
// The same titles, order and scores as Python's default walk, the blend. Each of its parts is divided by its length
// over the unseen titles, weighted, and added up. Recency is worked out here, so that a like of a second ago counts.
// Needs the SIMILAR and SHARES_TASTE relationships of `cinewalk publish`.
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
  RETURN collect({title: like.seed, weight: like.preference * 2.0 ^ (-rank / run.halfLife)}) AS seeds
}
CALL (user) {
  OPTIONAL MATCH (user)-[:RATED|WATCHED|THUMBED]->(title:Title)
  RETURN collect(DISTINCT title) AS seen
}
CALL (run, user, seeds, seen) {
  UNWIND seeds AS seed
  WITH run, seen, seed.title AS source, seed.weight AS weight
  MATCH (source)-[step:SIMILAR {run: run.run}]->(title)
  WHERE NOT title IN seen
  WITH run, title, sum(weight * step.score) AS shared, sum(weight * step.learnedScore) AS learned,
    sum(weight * step.sequenceScore) AS sequence
  WITH run, collect({title: title, shared: shared, learned: learned, sequence: sequence}) AS rows,
    sqrt(sum(shared * shared)) AS sharedLength, sqrt(sum(learned * learned)) AS learnedLength,
    sqrt(sum(sequence * sequence)) AS sequenceLength
  UNWIND rows AS row
  RETURN row.title AS title,
    CASE WHEN sharedLength > 0 THEN run.sharedViewersWeight * row.shared / sharedLength ELSE 0.0 END
    + CASE WHEN learnedLength > 0 THEN run.learnedTitlesWeight * row.learned / learnedLength ELSE 0.0 END
    + CASE WHEN sequenceLength > 0 THEN run.sequenceWeight * row.sequence / sequenceLength ELSE 0.0 END AS score
  UNION ALL
  MATCH (user)-[step:SHARES_TASTE {run: run.run}]->(:User)-[like:LIKES]->(title:Title)
  WHERE NOT title IN seen
  WITH run, title, sum(step.score * like.preference) AS shared,
    sum(step.learnedScore * like.preference) AS learned
  WITH run, title, COUNT { (title)<-[:LIKES]-() } AS degree, shared, learned
  WITH run, title, shared * degree ^ (-run.sharedTitlesTargetExponent) AS shared,
    learned * degree ^ (-run.learnedViewersTargetExponent) AS learned
  WITH run, collect({title: title, shared: shared, learned: learned}) AS rows,
    sqrt(sum(shared * shared)) AS sharedLength, sqrt(sum(learned * learned)) AS learnedLength
  UNWIND rows AS row
  RETURN row.title AS title,
    CASE WHEN sharedLength > 0 THEN run.sharedTitlesWeight * row.shared / sharedLength ELSE 0.0 END
    + CASE WHEN learnedLength > 0 THEN run.learnedViewersWeight * row.learned / learnedLength ELSE 0.0 END AS score
}
WITH title, sum(score) AS score
WHERE score > 0
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, score
ORDER BY score DESC, titleId
LIMIT $k
