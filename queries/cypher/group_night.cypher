// Group night
//
// Titles for several users at once that none of them has seen and all of them may be shown: the mean of their scores of
// `recommend`, each user's divided by its length over those titles, so that everybody counts the same. `shares` says
// what each user gives to the score, the largest first. Users that do not exist are passed over; of fewer than two
// there is no answer. Newcomers count with what the crowd likes, as in `recommend`.
// Needs the SIMILAR and SHARES_TASTE relationships of `cinewalk publish`.
//
// Parameters:
//   $userIds LIST<STRING> - the users' ids
//   $k INTEGER - how many titles
// Example: {userIds: ['196', '22', '1'], k: 10}
MATCH (run:CinewalkRun)
CALL () {
  MATCH (user:User)
  WHERE user.userId IN $userIds
  RETURN collect(user) AS users, min(user.maturityLimit) AS maturityLimit
}
CALL (users) {
  UNWIND users AS user
  OPTIONAL MATCH (user)-[:RATED|WATCHED|THUMBED|BLOCKED|LIKES]->(:Title)-[:SAME_AS*0..1]->(title:Title)
  WITH collect(DISTINCT title) AS seen
  OPTIONAL MATCH (same:Title)-[:SAME_AS]->(:Title)
  WITH seen, collect(DISTINCT same) AS same
  RETURN seen + same AS seen
}
WITH run, users, maturityLimit, seen
WHERE size(users) > 1
UNWIND users AS user
CALL (run, user, seen, maturityLimit) {
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
  WITH run, user, seeds, seen,
    CASE WHEN size(seeds) < run.newcomersEnough
      THEN (size(seeds) * 1.0 / run.newcomersEnough) ^ coalesce(run.newcomersFade, 2.0) ELSE 1.0 END AS own
  WITH run, user, seeds, seen, own,
    (1.0 - own) * coalesce(run.newcomersHalfway / (run.newcomersHalfway + size(seeds)), 1.0) AS common,
    CASE WHEN size(seeds) > 0 THEN -coalesce(run.newcomersTargetExponent, 0.0) ELSE 0.0 END AS discount
  WITH run, user, seeds, seen, own, common, discount,
    CASE WHEN own < 1.0 AND run.sequenceWeight > 0 THEN 1.0 - own - common ELSE 0.0 END AS after
  CALL (run, user, seeds, seen, maturityLimit) {
    CALL (run, user, seeds, seen, maturityLimit) {
      UNWIND seeds AS seed
      WITH run, seed.title AS source, seed.weight AS weight
      MATCH (source)-[step:SIMILAR {run: run.run}]->(title)
      WHERE NOT title IN seen AND (maturityLimit IS NULL OR title.maturity <= maturityLimit)
      WITH run, title, sum(weight * step.score) AS shared, sum(weight * step.learnedScore) AS learned,
        sum(weight * step.spectralScore) AS spectral, sum(weight * step.sequenceScore) AS sequence
      WITH run,
        collect({title: title, shared: shared, learned: learned, spectral: spectral, sequence: sequence}) AS rows,
        sqrt(sum(shared * shared)) AS sharedLength, sqrt(sum(learned * learned)) AS learnedLength,
        sqrt(sum(spectral * spectral)) AS spectralLength, sqrt(sum(sequence * sequence)) AS sequenceLength
      UNWIND rows AS row
      RETURN row.title AS title,
        CASE WHEN sharedLength > 0 THEN run.sharedViewersWeight * row.shared / sharedLength ELSE 0.0 END
        + CASE WHEN learnedLength > 0 THEN run.learnedTitlesWeight * row.learned / learnedLength ELSE 0.0 END
        + CASE WHEN spectralLength > 0 THEN run.spectralTitlesWeight * row.spectral / spectralLength ELSE 0.0 END
        + CASE WHEN sequenceLength > 0 THEN run.sequenceWeight * row.sequence / sequenceLength ELSE 0.0 END AS score,
        row.sequence AS sequence
      UNION ALL
      MATCH (user)-[step:SHARES_TASTE {run: run.run}]->(:User)-[like:LIKES]->(title:Title)
      WHERE NOT title IN seen AND (maturityLimit IS NULL OR title.maturity <= maturityLimit)
      WITH run, title, sum(step.score * like.preference) AS shared,
        sum(step.learnedScore * like.preference) AS learned, sum(step.spectralScore * like.preference) AS spectral
      WITH run, title, COUNT { (title)<-[:LIKES]-() } AS degree, shared, learned, spectral
      WITH run, title, shared * degree ^ (-run.sharedTitlesTargetExponent) AS shared,
        learned * degree ^ (-run.learnedViewersTargetExponent) AS learned,
        spectral * degree ^ (-run.spectralViewersTargetExponent) AS spectral
      WITH run, collect({title: title, shared: shared, learned: learned, spectral: spectral}) AS rows,
        sqrt(sum(shared * shared)) AS sharedLength, sqrt(sum(learned * learned)) AS learnedLength,
        sqrt(sum(spectral * spectral)) AS spectralLength
      UNWIND rows AS row
      RETURN row.title AS title,
        CASE WHEN sharedLength > 0 THEN run.sharedTitlesWeight * row.shared / sharedLength ELSE 0.0 END
        + CASE WHEN learnedLength > 0 THEN run.learnedViewersWeight * row.learned / learnedLength ELSE 0.0 END
        + CASE WHEN spectralLength > 0 THEN run.spectralViewersWeight * row.spectral / spectralLength ELSE 0.0 END
          AS score,
        0.0 AS sequence
    }
    WITH title, sum(score) AS score, sum(sequence) AS sequence
    WHERE score > 0
    RETURN collect({title: title, score: score, sequence: sequence}) AS history,
      sqrt(sum(score * score)) AS historyLength, sqrt(sum(sequence * sequence)) AS afterLength
  }
  CALL (run, user, seeds, seen, maturityLimit, own, discount) {
    WITH COUNT { (:User) } AS everyone
    WHERE own < 1.0
    CALL (user, seeds, everyone) {
      CALL (user, seeds, everyone) {
        MATCH (user)-[:IN_GROUP]->(circle:DemographicGroup)
        WITH everyone, circle, COUNT { (circle)<-[:IN_GROUP]-(:User) } AS members
        WHERE members >= 11 AND members < everyone
        RETURN circle, members
        UNION ALL
        UNWIND seeds AS seed
        WITH seed.title AS circle
        RETURN circle, COUNT { (circle)<-[:LIKES]-() } AS members
      }
      WITH circle, members, 1.0 - toFloat(members) / everyone AS telling
      RETURN collect({circle: circle, members: members, telling: telling}) AS found, sum(telling) AS total
    }
    WITH everyone, [each IN found | {circle: each.circle, factor:
      CASE WHEN total > 0 THEN run.newcomersStrength * each.telling / total ELSE 0.0 END
      / CASE WHEN each.members + run.newcomersPrior > 1 THEN each.members + run.newcomersPrior ELSE 1.0 END}] AS circles
    WITH circles,
      (1.0 + run.newcomersPrior * reduce(sum = 0.0, each IN circles | sum + each.factor)) / everyone AS everybody
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
    WHERE NOT title IN seen AND (maturityLimit IS NULL OR title.maturity <= maturityLimit)
    WITH title, score * COUNT { (title)<-[:LIKES]-() } ^ discount AS score
    RETURN collect({title: title, score: score}) AS crowd, sqrt(sum(score * score)) AS crowdLength
  }
  CALL (own, common, after, history, historyLength, afterLength, crowd, crowdLength) {
    UNWIND history AS row
    RETURN row.title AS title,
      CASE WHEN own < 1.0 THEN (1.0 - common - after) * row.score / historyLength ELSE row.score END
      + CASE WHEN afterLength > 0 THEN after * row.sequence / afterLength ELSE 0.0 END AS score
    UNION ALL
    UNWIND crowd AS row
    RETURN row.title AS title, common * row.score / crowdLength AS score
  }
  WITH run, user, seeds, seen, own, common, title, sum(score) AS score
  WITH run, user, seeds, seen, own, common, collect({title: title, score: score}) AS known, max(score) AS best
  CALL (run, user, seeds, seen, maturityLimit, own, common, known, best) {
    UNWIND known AS row
    RETURN row.title AS title, row.score AS score
    UNION ALL
    WITH run
    WHERE own < 1.0 AND run.newcomersKin > 0
    CALL (run, user, seeds, seen, maturityLimit) {
      MATCH (title:Title)
      WITH title, toFloat(COUNT { (title)<-[:LIKES]-() }) AS likes
      RETURN title, 0.0 AS weight, likes,
        CASE
          WHEN likes < run.newcomersFew AND NOT title IN seen
            AND (maturityLimit IS NULL OR title.maturity <= maturityLimit) THEN 1.0 - likes / run.newcomersFew
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
  WHERE score > 0
  WITH collect({title: title, score: score}) AS rows, sqrt(sum(score * score)) AS length
  UNWIND rows AS row
  RETURN row.title AS title, row.score / length AS score
}
WITH title, user, score / size(users) AS score
WITH title, sum(score) AS score, collect({userId: user.userId, score: score}) AS parts
ORDER BY score DESC, title.titleId
LIMIT $k
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, score,
  COLLECT {
    UNWIND parts AS part
    WITH part
    ORDER BY part.score DESC, part.userId
    RETURN {userId: part.userId, share: part.score / score}
  } AS shares
ORDER BY score DESC, titleId
