// Recommend titles that a user has not seen
//
// The same titles, order and scores as Python's default walk, the blend. Each of its parts is divided by its length
// over the titles that may be shown (not seen, not blocked, not above the user's maturity limit), weighted, and added
// up. Recency is worked out here, so that a like of a second ago counts.
//
// Somebody with fewer likes than `newcomersEnough` also gets what the crowd likes, by cold_start's formula over their
// groups and, for each title that they like, those who like it, too; and titles that hardly anybody likes yet, by
// their genres and people. From the first like on popular titles are discounted there, and titles that follow the
// likes count more and more beside it. From that many likes on nothing of this runs.
//
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
  CALL (user) {
    MATCH (user)-[:RATED|WATCHED|THUMBED|BLOCKED|LIKES]->(:Title)-[:SAME_AS*0..1]->(title:Title)
    RETURN title
    UNION
    MATCH (title)-[:SAME_AS]->()
    RETURN title
  }
  RETURN collect(title) AS seen
}
WITH run, user, seeds, seen,
  CASE WHEN size(seeds) < run.newcomersEnough
    THEN (size(seeds) * 1.0 / run.newcomersEnough) ^ coalesce(run.newcomersFade, 2.0) ELSE 1.0 END AS own
WITH run, user, seeds, seen, own,
  (1.0 - own) * coalesce(run.newcomersHalfway / (run.newcomersHalfway + size(seeds)), 1.0) AS common,
  CASE WHEN size(seeds) > 0 THEN -coalesce(run.newcomersTargetExponent, 0.0) ELSE 0.0 END AS discount
WITH run, user, seeds, seen, own, common, discount,
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
WITH *,
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
CALL (byTitles, byViewers, sharedViewers, learnedTitles, spectralTitles, sequence, sharedTitles, learnedViewers,
  spectralViewers) {
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
  WHERE score > 0
  RETURN collect({title: title, score: score, sequence: following}) AS history,
    sqrt(sum(score * score)) AS historyLength, sqrt(sum(following * following)) AS afterLength
}
CALL (run, user, seeds, seen, own, common, after, discount, history, historyLength, afterLength) {
  WITH history, own
  WHERE own = 1.0
  UNWIND history AS row
  RETURN row.title AS title, row.score AS score
  UNION ALL
  WITH own
  WHERE own < 1.0
  CALL (run, user, seeds, seen, discount) {
    WITH COUNT { (:User) } AS users
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
    CALL (circles, everybody) {
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
  CALL (common, after, history, historyLength, afterLength, crowd, crowdLength) {
    CALL (common, after, history, historyLength, afterLength, crowd, crowdLength) {
      UNWIND history AS row
      RETURN row.title AS title,
        (1.0 - common - after) * row.score / historyLength
        + CASE WHEN afterLength > 0 THEN after * row.sequence / afterLength ELSE 0.0 END AS score
      UNION ALL
      UNWIND crowd AS row
      RETURN row.title AS title, common * row.score / crowdLength AS score
    }
    WITH title, sum(score) AS score
    RETURN collect({title: title, score: score}) AS known, max(score) AS best
  }
  CALL (run, user, seeds, seen, common, known, best) {
    UNWIND known AS row
    RETURN row.title AS title, row.score AS score
    UNION ALL
    WITH run
    WHERE run.newcomersKin > 0
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
    WITH row.title AS title, row.newness AS newness, tie, avg(taste) AS taste
    WITH title, newness, avg(taste) AS taste
    WITH collect({title: title, score: newness * taste}) AS kin, max(newness * taste) AS highest
    WHERE highest > 0
    UNWIND kin AS row
    RETURN row.title AS title, run.newcomersKin * best * row.score / highest AS score
  }
  WITH title, sum(score) AS score
  RETURN title, score
}
WITH title, score
WHERE score > 0
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, score
ORDER BY score DESC, titleId
LIMIT $k
