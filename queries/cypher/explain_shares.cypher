// Because of which titles: what each title that you like gives to a title's score
//
// One row for each title that the user likes and that adds to the score: its part, which sums to the title's score in
// `recommend`, its share, and how many viewers like both. A step over SHARES_TASTE is divided over the titles that you
// and the viewer both like, in proportion to what each adds to how alike you are. The same numbers as
// `Recommender.explain` in Python. Needs the SIMILAR and SHARES_TASTE relationships of `cinewalk publish`.
//
// Parameters:
//   $userId STRING - the user's id
//   $titleId STRING - the title's id
// Example: {userId: '196', titleId: '100'}
MATCH (run:CinewalkRun)
MATCH (user:User {userId: $userId})
MATCH (target:Title {titleId: $titleId})
WHERE NOT EXISTS { (user)-[:RATED|WATCHED|THUMBED]->(target) }
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
CALL (run, seeds, seen) {
  UNWIND seeds AS seed
  WITH run, seen, seed.title AS source, seed.weight AS weight
  MATCH (source)-[step:SIMILAR {run: run.run}]->(title)
  WHERE NOT title IN seen
  WITH title, sum(weight * step.score) AS shared, sum(weight * step.learnedScore) AS learned,
    sum(weight * step.sequenceScore) AS sequence
  RETURN sqrt(sum(shared * shared)) AS sharedViewersLength, sqrt(sum(learned * learned)) AS learnedTitlesLength,
    sqrt(sum(sequence * sequence)) AS sequenceLength
}
CALL (run, user, seen) {
  MATCH (user)-[step:SHARES_TASTE {run: run.run}]->(:User)-[like:LIKES]->(title:Title)
  WHERE NOT title IN seen
  WITH run, title, sum(step.score * like.preference) AS shared,
    sum(step.learnedScore * like.preference) AS learned
  WITH run, COUNT { (title)<-[:LIKES]-() } AS degree, shared, learned
  WITH shared * degree ^ (-run.sharedTitlesTargetExponent) AS shared,
    learned * degree ^ (-run.learnedViewersTargetExponent) AS learned
  RETURN sqrt(sum(shared * shared)) AS sharedTitlesLength, sqrt(sum(learned * learned)) AS learnedViewersLength
}
WITH run, user, target, seeds,
  CASE WHEN sharedViewersLength > 0 THEN run.sharedViewersWeight / sharedViewersLength ELSE 0.0 END AS sharedViewers,
  CASE WHEN learnedTitlesLength > 0 THEN run.learnedTitlesWeight / learnedTitlesLength ELSE 0.0 END AS learnedTitles,
  CASE WHEN sequenceLength > 0 THEN run.sequenceWeight / sequenceLength ELSE 0.0 END AS sequence,
  CASE WHEN sharedTitlesLength > 0 THEN run.sharedTitlesWeight / sharedTitlesLength ELSE 0.0 END AS sharedTitles,
  CASE WHEN learnedViewersLength > 0 THEN run.learnedViewersWeight / learnedViewersLength ELSE 0.0 END
    AS learnedViewers
CALL (run, user, target, seeds, sharedViewers, learnedTitles, sequence, sharedTitles, learnedViewers) {
  UNWIND seeds AS seed
  WITH run, target, sharedViewers, learnedTitles, sequence, seed.title AS source, seed.weight AS weight
  MATCH (source)-[step:SIMILAR {run: run.run}]->(target)
  RETURN source, weight * (sharedViewers * coalesce(step.score, 0.0)
    + learnedTitles * coalesce(step.learnedScore, 0.0) + sequence * coalesce(step.sequenceScore, 0.0)) AS score
  UNION ALL
  MATCH (user)-[step:SHARES_TASTE {run: run.run}]->(viewer:User)-[last:LIKES]->(target)
  MATCH (user)-[own:LIKES]->(source:Title)<-[first:LIKES]-(viewer)
  WITH run, target, viewer, sharedTitles * coalesce(step.score, 0.0) * last.preference AS bySharedTitles,
    learnedViewers * coalesce(step.learnedScore, 0.0) * last.preference AS byLearnedViewers,
    source, own.preference * first.preference AS both, toFloat(COUNT { (source)<-[:LIKES]-() }) AS degree
  WITH run, target, viewer, bySharedTitles, byLearnedViewers, source,
    both * degree ^ (-run.sharedTitlesTitleExponent) AS shared,
    both * degree ^ (-run.learnedViewersTitleExponent) AS learned
  WITH run, viewer, bySharedTitles, byLearnedViewers, toFloat(COUNT { (target)<-[:LIKES]-() }) AS degree,
    collect({source: source, shared: shared, learned: learned}) AS steps,
    sum(shared) AS allShared, sum(learned) AS allLearned
  UNWIND steps AS step
  RETURN step.source AS source,
    bySharedTitles * degree ^ (-run.sharedTitlesTargetExponent) * step.shared / allShared
    + byLearnedViewers * degree ^ (-run.learnedViewersTargetExponent) * step.learned / allLearned AS score
}
WITH target, source, sum(score) AS score
WHERE score > 0
WITH target, collect({source: source, score: score}) AS sources, sum(score) AS total
UNWIND sources AS each
WITH target, each.source AS source, each.score AS score, each.score / total AS share
RETURN source.titleId AS titleId, source.title AS title, source.year AS year, score, share,
  COUNT { (source)<-[:LIKES]-(:User)-[:LIKES]->(target) } AS viewers
ORDER BY score DESC, titleId
