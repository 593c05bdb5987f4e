// Why this title: the walks that give most to its score, as paths to look at
//
// Each path is one walk of three steps, (you)-[:LIKES]->(a title)<-[:LIKES]-(a viewer)-[:LIKES]->(the title), with
// its score and its exact share of the title's whole score in `recommend`. A step over SIMILAR is divided over the
// viewers who like both titles, in proportion to what each gave to it; a step over SHARES_TASTE over the titles that
// you and the viewer both like. There are thousands of such walks: single ones have small shares. Somebody with few
// likes has a part of the score from their groups and from everybody, too: no walk of three steps leads there, so
// the shares of all walks then sum to less than 1. Other viewers are nodes here, for whoever examines the graph; do
// not name them to an end user.
// Needs the SIMILAR and SHARES_TASTE relationships of `cinewalk publish`. A title that the user has seen, blocked,
// or must not be shown has none.
//
// Parameters:
//   $userId STRING - the user's id
//   $titleId STRING - the title's id
//   $k INTEGER - how many paths
// Example: {userId: '196', titleId: '100', k: 10}
MATCH (run:CinewalkRun)
MATCH (user:User {userId: $userId})
MATCH (target:Title {titleId: $titleId})
WHERE NOT EXISTS { (user)-[:RATED|WATCHED|THUMBED|BLOCKED|LIKES]->(:Title)-[:SAME_AS*0..1]->(target) }
  AND NOT EXISTS { (target)-[:SAME_AS]->(:Title) }
  AND (user.maturityLimit IS NULL OR target.maturity <= user.maturityLimit)
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
  CALL (user) {
    MATCH (user)-[:RATED|WATCHED|THUMBED|BLOCKED|LIKES]->(:Title)-[:SAME_AS*0..1]->(title:Title)
    RETURN title
    UNION
    MATCH (title)-[:SAME_AS]->()
    RETURN title
  }
  RETURN collect(title) AS seen
}
WITH run, user, target, seeds, seen,
  CASE WHEN size(seeds) < run.newcomersEnough
    THEN (size(seeds) * 1.0 / run.newcomersEnough) ^ coalesce(run.newcomersFade, 2.0) ELSE 1.0 END AS own
WITH run, user, target, seeds, seen, own,
  (1.0 - own) * coalesce(run.newcomersHalfway / (run.newcomersHalfway + size(seeds)), 1.0) AS common,
  CASE WHEN size(seeds) > 0 THEN -coalesce(run.newcomersTargetExponent, 0.0) ELSE 0.0 END AS discount
WITH run, user, target, seeds, seen, own, common, discount,
  CASE WHEN own < 1.0 AND run.sequenceWeight > 0 THEN 1.0 - own - common ELSE 0.0 END AS after
CALL (run, user, seeds, seen) {
  WITH run.run AS current, seeds, seen, user
  UNWIND seeds AS seed
  WITH current, seen, user, seed.title AS source, seed.weight AS weight
  MATCH (source)-[step:SIMILAR]->(title)
  WHERE NOT title IN seen
  WITH current, user, weight, title, properties(step) AS step
  WHERE step.run = current
  WITH user, title, sum(weight * step.score) AS shared, sum(weight * step.learnedScore) AS learned,
    sum(weight * step.spectralScore) AS spectral, sum(weight * step.sequenceScore) AS sequence
  WHERE user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit
  RETURN
    collect({title: title, shared: shared, learned: learned, spectral: spectral, sequence: sequence}) AS byTitles,
    sqrt(sum(shared * shared)) AS sharedViewersLength, sqrt(sum(learned * learned)) AS learnedTitlesLength,
    sqrt(sum(spectral * spectral)) AS spectralTitlesLength, sqrt(sum(sequence * sequence)) AS sequenceLength
}
CALL (run, user, seen) {
  MATCH (user)-[step:SHARES_TASTE {run: run.run}]->(viewer)
  WITH run, user, seen, viewer, step.score AS byShared, step.learnedScore AS byLearned, step.spectralScore AS bySpectral
  MATCH (viewer)-[like:LIKES]->(title)
  WHERE NOT title IN seen
  WITH run, user, title, byShared, byLearned, bySpectral, like.preference AS preference
  WITH run, user, title, sum(byShared * preference) AS shared, sum(byLearned * preference) AS learned,
    sum(bySpectral * preference) AS spectral
  WHERE user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit
  WITH title, COUNT { (title)<-[:LIKES]-() } AS degree, shared, learned, spectral,
    run.sharedTitlesTargetExponent AS ofShared, run.learnedViewersTargetExponent AS ofLearned,
    run.spectralViewersTargetExponent AS ofSpectral
  WITH title, shared * degree ^ (-ofShared) AS shared, learned * degree ^ (-ofLearned) AS learned,
    spectral * degree ^ (-ofSpectral) AS spectral
  RETURN collect({title: title, shared: shared, learned: learned, spectral: spectral}) AS byViewers,
    sqrt(sum(shared * shared)) AS sharedTitlesLength, sqrt(sum(learned * learned)) AS learnedViewersLength,
    sqrt(sum(spectral * spectral)) AS spectralViewersLength
}
WITH run, user, target, seeds, seen, own, common, discount, after, byTitles, byViewers,
  CASE WHEN sequenceLength > 0 THEN after / sequenceLength ELSE 0.0 END AS byAfter,
  CASE WHEN sharedViewersLength > 0 THEN run.sharedViewersWeight / sharedViewersLength ELSE 0.0 END AS sharedViewers,
  CASE WHEN learnedTitlesLength > 0 THEN run.learnedTitlesWeight / learnedTitlesLength ELSE 0.0 END AS learnedTitles,
  CASE WHEN spectralTitlesLength > 0 THEN run.spectralTitlesWeight / spectralTitlesLength ELSE 0.0 END
    AS spectralTitles,
  CASE WHEN sequenceLength > 0 THEN run.sequenceWeight / sequenceLength ELSE 0.0 END AS sequence,
  CASE WHEN sharedTitlesLength > 0 THEN run.sharedTitlesWeight / sharedTitlesLength ELSE 0.0 END AS sharedTitles,
  CASE WHEN learnedViewersLength > 0 THEN run.learnedViewersWeight / learnedViewersLength ELSE 0.0 END
    AS learnedViewers,
  CASE WHEN spectralViewersLength > 0 THEN run.spectralViewersWeight / spectralViewersLength ELSE 0.0 END
    AS spectralViewers
CALL (own, byTitles, byViewers, sharedViewers, learnedTitles, spectralTitles, sequence, sharedTitles, learnedViewers,
  spectralViewers) {
  WITH own
  WHERE own < 1.0
  CALL (byTitles, byViewers, sharedViewers, learnedTitles, spectralTitles, sequence, sharedTitles, learnedViewers,
    spectralViewers) {
    UNWIND byTitles AS row
    RETURN row.title AS title, sharedViewers * row.shared + learnedTitles * row.learned
      + spectralTitles * row.spectral + sequence * row.sequence AS score
    UNION ALL
    UNWIND byViewers AS row
    RETURN row.title AS title, sharedTitles * row.shared + learnedViewers * row.learned
      + spectralViewers * row.spectral AS score
  }
  WITH title, sum(score) AS score
  RETURN sqrt(sum(score * score)) AS historyLength
}
CALL (run, user, seeds, own) {
  WITH COUNT { (:User) } AS users
  WHERE own < 1.0
  CALL (user, seeds, users) {
    CALL (user, seeds, users) {
      MATCH (user)-[:IN_GROUP]->(circle:DemographicGroup)
      WITH users, circle, COUNT { (circle)<-[:IN_GROUP]-(:User) } AS members
      WHERE members >= 11 AND members < users
      RETURN circle, members
      UNION ALL
      UNWIND seeds AS seed
      WITH seed.title AS circle
      RETURN circle, COUNT { (circle)<-[:LIKES]-() } AS members
    }
    WITH circle, members, 1.0 - toFloat(members) / users AS telling
    RETURN collect({circle: circle, members: members, telling: telling}) AS found, sum(telling) AS total
  }
  WITH users, [each IN found | {circle: each.circle, factor:
    CASE WHEN total > 0 THEN run.newcomersStrength * each.telling / total ELSE 0.0 END
    / CASE WHEN each.members + run.newcomersPrior > 1 THEN each.members + run.newcomersPrior ELSE 1.0 END}] AS circles
  WITH circles,
    (1.0 + run.newcomersPrior * reduce(sum = 0.0, each IN circles | sum + each.factor)) / users AS everybody
  RETURN head(collect(circles)) AS circles, max(everybody) AS everybody
}
CALL (user, seen, discount, circles, everybody) {
  CALL (circles, everybody) {
    WITH everybody
    WHERE everybody > 0
    MATCH (title:Title)
    WITH everybody, title, COUNT { (title)<-[:LIKES]-() } AS likes
    WHERE likes > 0
    RETURN title, everybody * likes AS score
    UNION ALL
    UNWIND circles AS each
    WITH each.circle AS circle, each.factor AS factor
    MATCH (circle)<-[:LIKES|IN_GROUP]-(:User)-[:LIKES]->(title:Title)
    WITH circle, factor, title, count(*) AS likes
    RETURN title, factor * likes AS score
  }
  WITH title, sum(score) AS score
  WHERE NOT title IN seen AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
  WITH title, score * COUNT { (title)<-[:LIKES]-() } ^ discount AS score
  RETURN sqrt(sum(score * score)) AS crowdLength
}
WITH *,
  CASE WHEN own = 1.0 THEN 1.0 WHEN historyLength > 0 THEN (1.0 - common - after) / historyLength ELSE 0.0 END
    AS byHistory,
  CASE WHEN crowdLength > 0 THEN common / crowdLength ELSE 0.0 END AS byCrowd
WITH *, COUNT { (target)<-[:LIKES]-() } AS fans
WITH *, CASE WHEN fans > 0 THEN byCrowd * fans ^ discount ELSE 0.0 END AS onTarget
CALL (target, circles, onTarget) {
  UNWIND circles AS each
  WITH target, onTarget * each.factor AS factor, each.circle AS source
  MATCH (source)<-[:IN_GROUP]-(:User)-[:LIKES]->(target)
  RETURN sum(factor) AS groups
}
CALL (run, user, target, seeds, sharedViewers, learnedTitles, spectralTitles, sequence, sharedTitles,
  learnedViewers, spectralViewers,
  byHistory, byAfter, circles, onTarget) {
  WITH run, user, target, [seed IN seeds | seed.title] AS sources
  MATCH (target)<-[second:LIKES]-(viewer:User)
  WHERE viewer <> user
  WITH *, second.preference AS preference, second.rank AS rank, toFloat(COUNT { (viewer)-[:LIKES]->() }) AS degree
  WITH *, preference * degree ^ (-run.sharedViewersViewerExponent) AS ofShared,
    preference * degree ^ (-run.learnedTitlesViewerExponent) AS ofLearned,
    preference * degree ^ (-2.0 * run.spectralUserExponent) AS ofSpectral,
    preference * degree ^ (-run.sequenceViewerExponent) AS ofOrdered
  MATCH (viewer)-[first:LIKES]->(source:Title)
  WHERE source IN sources
  WITH *, first.preference AS both, coalesce(rank - first.rank, 0.0) AS later
  WITH source,
    collect({viewer: viewer, shared: both * ofShared, learned: both * ofLearned, spectral: both * ofSpectral,
      ordered: both * ofOrdered * 2.0 ^ (-abs(later) / run.sequenceSpan)
        * CASE
          WHEN later > 0 THEN run.sequenceAhead
          WHEN later < 0 THEN 1.0
          ELSE 0.5 * (1.0 + run.sequenceAhead)
        END
    }) AS steps
  WITH source, steps,
    reduce(sum = 0.0, each IN steps | sum + each.shared) AS allShared,
    reduce(sum = 0.0, each IN steps | sum + each.learned) AS allLearned,
    reduce(sum = 0.0, each IN steps | sum + each.spectral) AS allSpectral,
    reduce(sum = 0.0, each IN steps | sum + each.ordered) AS allOrdered
  MATCH (source)-[step:SIMILAR {run: run.run}]->(target)
  WITH *, [seed IN seeds WHERE seed.title = source | seed.weight][0] AS weight
  WITH source, steps, allShared, allLearned, allSpectral, allOrdered,
    weight * byHistory * sharedViewers * coalesce(step.score, 0.0) AS bySharedViewers,
    weight * byHistory * learnedTitles * coalesce(step.learnedScore, 0.0) AS byLearnedTitles,
    weight * byHistory * spectralTitles * coalesce(step.spectralScore, 0.0) AS bySpectralTitles,
    weight * (byHistory * sequence + byAfter) * coalesce(step.sequenceScore, 0.0) AS bySequence
  UNWIND steps AS step
  RETURN source, step.viewer AS viewer, bySharedViewers * step.shared / allShared
    + byLearnedTitles * step.learned / allLearned + bySpectralTitles * step.spectral / allSpectral
    + bySequence * step.ordered / allOrdered AS score
  UNION ALL
  MATCH (user)-[step:SHARES_TASTE {run: run.run}]->(viewer:User)-[last:LIKES]->(target)
  MATCH (user)-[mine:LIKES]->(source:Title)<-[first:LIKES]-(viewer)
  WITH run, target, viewer, sharedTitles * coalesce(step.score, 0.0) * last.preference AS bySharedTitles,
    learnedViewers * coalesce(step.learnedScore, 0.0) * last.preference AS byLearnedViewers,
    spectralViewers * coalesce(step.spectralScore, 0.0) * last.preference AS bySpectralViewers,
    source, mine.preference * first.preference AS both, toFloat(COUNT { (source)<-[:LIKES]-() }) AS degree
  WITH run, target, viewer, bySharedTitles, byLearnedViewers, bySpectralViewers, source,
    both * degree ^ (-run.sharedTitlesTitleExponent) AS shared,
    both * degree ^ (-run.learnedViewersTitleExponent) AS learned,
    both * degree ^ (-2.0 * run.spectralTitleExponent) AS spectral
  WITH run, viewer, bySharedTitles, byLearnedViewers, bySpectralViewers,
    toFloat(COUNT { (target)<-[:LIKES]-() }) AS degree,
    collect({source: source, shared: shared, learned: learned, spectral: spectral}) AS steps,
    sum(shared) AS allShared, sum(learned) AS allLearned, sum(spectral) AS allSpectral
  UNWIND steps AS step
  RETURN step.source AS source, viewer,
    byHistory * (bySharedTitles * degree ^ (-run.sharedTitlesTargetExponent) * step.shared / allShared
    + byLearnedViewers * degree ^ (-run.learnedViewersTargetExponent) * step.learned / allLearned
    + bySpectralViewers * degree ^ (-run.spectralViewersTargetExponent) * step.spectral / allSpectral) AS score
  UNION ALL
  UNWIND circles AS each
  WITH target, onTarget * each.factor AS score, each.circle AS source
  MATCH (source:Title)<-[:LIKES]-(viewer:User)-[:LIKES]->(target)
  RETURN source, viewer, score
}
WITH user, target, source, viewer, sum(score) AS score,
  groups + coalesce(onTarget * everybody * fans, 0.0) AS others
ORDER BY score DESC, source.titleId, viewer.userId
WHERE score > 0
WITH user, target, others, collect({source: source, viewer: viewer, score: score}) AS walks, sum(score) AS walked
UNWIND walks[0..$k] AS walk
WITH user, target, walk.source AS source, walk.viewer AS viewer, walk.score AS score,
  walk.score / (walked + others) AS share
MATCH path = (user)-[:LIKES]->(source)<-[:LIKES]-(viewer)-[:LIKES]->(target)
RETURN path, source.title AS because, score, share
ORDER BY score DESC, source.titleId, viewer.userId
