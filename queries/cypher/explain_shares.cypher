// Because of what: what each title that you like gives to a title's score
//
// One row for each title that the user likes and that adds to the score: its part, which sums to the title's score in
// `recommend`, its share, and how many viewers like both, null where they are a few. A step over SHARES_TASTE is
// divided over the titles that you and the viewer both like, in proportion to what each adds to how alike you are. For
// somebody with few likes there are also rows for their groups, for everybody (without label or id), and for the genres
// and people of a title that hardly anybody likes yet. The same numbers as `Recommender.explain` in Python; no rows for
// a title that the user has seen, blocked, or must not be shown. Needs the SIMILAR and SHARES_TASTE relationships of
// `cinewalk publish`.
//
// Parameters:
//   $userId STRING - the user's id
//   $titleId STRING - the title's id
// Example: {userId: '196', titleId: '100'}
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
      + spectralTitles * row.spectral + sequence * row.sequence AS score, row.sequence AS following
    UNION ALL
    UNWIND byViewers AS row
    RETURN row.title AS title, sharedTitles * row.shared + learnedViewers * row.learned
      + spectralViewers * row.spectral AS score, 0.0 AS following
  }
  WITH title, sum(score) AS score, sum(following) AS following
  RETURN collect({title: title, score: score, following: following}) AS history,
    sqrt(sum(score * score)) AS historyLength
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
  RETURN collect({title: title, score: score}) AS crowd, sqrt(sum(score * score)) AS crowdLength
}
WITH *,
  CASE WHEN own = 1.0 THEN 1.0 WHEN historyLength > 0 THEN (1.0 - common - after) / historyLength ELSE 0.0 END
    AS byHistory,
  CASE WHEN crowdLength > 0 THEN common / crowdLength ELSE 0.0 END AS byCrowd
CALL (history, byHistory, byAfter, crowd, byCrowd) {
  CALL (history, byHistory, byAfter, crowd, byCrowd) {
    UNWIND history AS row
    RETURN row.title AS title, byHistory * row.score + byAfter * row.following AS score
    UNION ALL
    UNWIND crowd AS row
    RETURN row.title AS title, byCrowd * row.score AS score
  }
  WITH title, sum(score) AS score
  RETURN max(score) AS best
}
CALL (run, user, target, seeds, seen, own, common, best) {
  WITH run
  WHERE own < 1.0 AND run.newcomersKin > 0 AND COUNT { (target)<-[:LIKES]-() } < run.newcomersFew
  CALL (run, user, seeds, seen) {
    MATCH (title:Title)
    WITH run, user, seen, title, toFloat(COUNT { (title)<-[:LIKES]-() }) AS likes
    RETURN title, 0.0 AS weight, likes,
      CASE
        WHEN likes < run.newcomersFew AND NOT title IN seen
          AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit) THEN 1.0 - likes / run.newcomersFew
      END AS newness
    UNION ALL
    UNWIND seeds AS seed
    RETURN seed.title AS title, seed.weight AS weight, 0.0 AS likes, NULL AS newness
  }
  MATCH (title)-[tie:IN_GENRE|DIRECTED|ACTED_IN]-(end)
  WITH title, weight, likes, newness, type(tie) AS tie, collect(DISTINCT end) AS ends
  WITH tie, sum(weight) AS allWeights, sum(likes) AS allLikes,
    collect({title: title, weight: weight, likes: likes, newness: newness, ends: ends}) AS rows
  UNWIND rows AS row
  UNWIND row.ends AS end
  WITH tie, end, collect(CASE WHEN row.newness > 0 THEN row END) AS new,
    sum(CASE WHEN allWeights > 0 THEN (1.0 - common) * row.weight / allWeights / size(row.ends) ELSE 0.0 END
    + CASE WHEN allLikes > 0 THEN common * row.likes / allLikes / size(row.ends) ELSE 0.0 END) AS taste
  UNWIND new AS row
  WITH row.title AS title, row.newness AS newness, tie, collect({end: end, taste: taste}) AS ends
  UNWIND ends AS each
  WITH title, newness, tie, ends, avg(each.taste) AS taste
  WITH title, newness, collect(ends) AS ties, newness * avg(taste) AS score
  WITH max(score) AS highest, collect({title: title, newness: newness, ties: ties}) AS rows
  UNWIND rows AS row
  WITH highest, row
  WHERE row.title = target AND highest > 0
  UNWIND row.ties AS ends
  UNWIND ends AS each
  RETURN collect({source: each.end, score: run.newcomersKin * best / highest * row.newness * each.taste
    / size(row.ties) / size(ends)}) AS kin
}
WITH *, COUNT { (target)<-[:LIKES]-() } AS fans
WITH *, CASE WHEN fans > 0 THEN byCrowd * fans ^ discount ELSE 0.0 END AS onTarget
CALL (run, user, target, seeds, sharedViewers, learnedTitles, spectralTitles, sequence, sharedTitles,
  learnedViewers, spectralViewers,
  byHistory, byAfter, circles, onTarget, fans, everybody, kin) {
  UNWIND seeds AS seed
  WITH run, target, sharedViewers, learnedTitles, spectralTitles, sequence, seed.title AS source, seed.weight AS weight
  MATCH (source)-[step:SIMILAR {run: run.run}]->(target)
  RETURN source, weight * (byHistory * (sharedViewers * coalesce(step.score, 0.0)
    + learnedTitles * coalesce(step.learnedScore, 0.0) + spectralTitles * coalesce(step.spectralScore, 0.0)
    + sequence * coalesce(step.sequenceScore, 0.0))
    + byAfter * coalesce(step.sequenceScore, 0.0)) AS score
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
  RETURN step.source AS source,
    byHistory * bySharedTitles * degree ^ (-run.sharedTitlesTargetExponent) * step.shared / allShared
    + byHistory * byLearnedViewers * degree ^ (-run.learnedViewersTargetExponent) * step.learned / allLearned
    + byHistory * bySpectralViewers * degree ^ (-run.spectralViewersTargetExponent) * step.spectral / allSpectral
      AS score
  UNION ALL
  UNWIND circles AS each
  WITH target, onTarget * each.factor AS factor, each.circle AS source
  MATCH (source)<-[:LIKES|IN_GROUP]-(:User)-[:LIKES]->(target)
  RETURN source, sum(factor) AS score
  UNION ALL
  RETURN NULL AS source, onTarget * everybody * fans AS score
  UNION ALL
  UNWIND kin AS each
  RETURN each.source AS source, each.score AS score
}
WITH target, source, sum(score) AS score
WHERE score > 0
WITH target, collect({source: source, score: score}) AS sources, sum(score) AS total
CALL (target, sources) {
  CALL (target, sources) {
    UNWIND sources AS each
    RETURN each.source AS source, each.score AS score, 0 AS both
    UNION ALL
    MATCH (target)<-[:LIKES]-(:User)-[:LIKES]->(shared:Title)
    RETURN shared AS source, 0.0 AS score, count(*) AS both
  }
  WITH source, sum(score) AS score, sum(both) AS both
  WHERE score > 0
  RETURN source, score, CASE WHEN source:Title THEN both END AS viewers
}
MATCH (run:CinewalkRun)
WITH source, score, score / total AS share, coalesce(run.privacySmallest, 5) AS smallest, viewers
RETURN
  coalesce([each IN labels(source) WHERE each IN ['Title', 'DemographicGroup', 'Genre', 'Person']][0], '') AS label,
  coalesce(source.titleId, source.groupId, source.personId, source.name, '') AS id,
  coalesce(source.title, source.name, source.titleId, source.groupId, 'everybody') AS name, source.year AS year,
  score, share,
  CASE WHEN viewers >= smallest THEN viewers END AS viewers
ORDER BY score DESC, label DESC, id
