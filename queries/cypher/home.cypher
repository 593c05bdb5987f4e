// Home page
//
// The rows of a service's home page for a user, from above, the same as Python's `home`: continue watching, a row for
// each of the newest liked titles, for you, new releases of a year, top of a week, and something in none of their three
// top genres. A title is in the first of the rows that have it and nowhere else, and `heading` says why a row is there.
// Rows come as continue_watching, because_you_watched, recommend, new_releases, top_this_week and bubble tell, whose
// scores they carry, or 0 where the viewers of a week are a few; of a story in parts the first comes first, in
// `recommend`'s row, too, but not in those of continue_watching and top_this_week (PART_OF). The top is that of the
// smallest of the user's groups in which three viewers watched each of five titles that they have not seen, else of
// everybody; groups have at least 11 members.
//
// Needs the SIMILAR, SHARES_TASTE and PART_OF relationships of `cinewalk publish`.
//
// Parameters:
//   $userId STRING - the user's id
//   $asOf DATETIME - the instant from which days are counted back
//   $because INTEGER - how many rows there are because of single titles, at most
//   $k INTEGER - how many titles a row has, at most
// Example: {userId: '196', asOf: datetime('1998-04-22T23:10:38Z'), because: 2, k: 5}
MATCH (run:CinewalkRun)
MATCH (user:User {userId: $userId})
CALL (user) {
  MATCH (user)-[like:LIKES]->(seed:Title)
  WITH seed, like.preference AS preference, coalesce(like.timestamp.epochSeconds, 0) AS time
  ORDER BY time DESC
  RETURN collect({seed: seed, preference: preference, time: time}) AS newest
}
CALL (run, newest) {
  UNWIND range(0, size(newest) - 1) AS position
  WITH run, newest[position] AS like, position
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
CALL (user) {
  MATCH (user)-[watch:WATCHED]->(title:Title)
  WHERE watch.progress >= 0.05
    AND watch.progress <= 0.95
    AND NOT EXISTS {
      MATCH (title)-[:SAME_AS*0..1]->(:Title)<-[:SAME_AS*0..1]-(same:Title)<-[refusal:THUMBED|BLOCKED]-(user)
      WHERE coalesce(refusal.value, -1) < 0
    }
    AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
  WITH title, watch, ($asOf.epochSeconds - watch.timestamp.epochSeconds) / 86400.0 AS days
  WITH title, watch.progress AS progress,
    coalesce((1 + watch.progress) / 2 / (1 + CASE WHEN days < 0 THEN 0.0 ELSE days END / 14), 0.0) AS score
  ORDER BY score DESC, progress DESC, title.titleId
  OPTIONAL MATCH (title)-[:SAME_AS]->(shown:Title)
  WITH coalesce(shown, title) AS film, collect({title: title, progress: progress, score: score})[0] AS item
  ORDER BY item.score DESC, item.progress DESC, item.title.titleId
  LIMIT $k
  RETURN collect(item) AS begun
}
CALL (run, user, seen) {
  MATCH (user)-[like:LIKES]->(liked:Title)
  WITH liked, coalesce(like.timestamp.epochSeconds, 0) AS time
  ORDER BY time DESC, liked.titleId
  LIMIT $because
  CALL (run, user, seen, liked) {
    MATCH (liked)-[step:SIMILAR {run: run.run}]->(title:Title)
    WHERE step.closeScore > 0 AND NOT title IN seen
      AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
    WITH title, step.closeScore AS score
    OPTIONAL MATCH (title)-[place:PART_OF {run: run.run}]->(first:Title)
    WITH coalesce(first, title) AS story, title, coalesce(place.part, 1) AS part, score
    ORDER BY score DESC
    WITH story, collect({title: title, part: part}) AS parts, collect(score) AS scores
    WITH scores, COLLECT { UNWIND parts AS each WITH each ORDER BY each.part RETURN each.title } AS titles
    UNWIND range(0, size(titles) - 1) AS place
    WITH titles[place] AS title, scores[place] * (1 - place * 2.0 ^ -52) AS score
    ORDER BY score DESC, title.titleId
    LIMIT $k * ($because + 5)
    RETURN collect({title: title, score: score}) AS items
  }
  WITH liked, time, items
  ORDER BY time DESC, liked.titleId
  RETURN collect({
    row: 'because-you-watched',
    heading: 'Because you watched ' + liked.title + coalesce(' (' + liked.year + ')', ''),
    items: items
  }) AS because
}
CALL (run, user, seeds, seen) {
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
    WITH run, user, seen, viewer, step.score AS byShared, step.learnedScore AS byLearned,
      step.spectralScore AS bySpectral
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
        / CASE WHEN each.members + run.newcomersPrior > 1 THEN each.members + run.newcomersPrior ELSE 1.0 END}]
        AS circles
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
              AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
              THEN 1.0 - likes / run.newcomersFew
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
  OPTIONAL MATCH (title)-[place:PART_OF {run: run.run}]->(first:Title)
  WITH coalesce(first, title) AS story, title, coalesce(place.part, 1) AS part, score
  ORDER BY score DESC
  WITH story, collect({title: title, part: part}) AS parts, collect(score) AS scores
  WITH scores, COLLECT { UNWIND parts AS each WITH each ORDER BY each.part RETURN each.title } AS titles
  UNWIND range(0, size(titles) - 1) AS place
  WITH titles[place] AS title, scores[place] * (1 - place * 2.0 ^ -52) AS score
  ORDER BY score DESC, title.titleId
  LIMIT $k * ($because + 5)
  RETURN collect({title: title, score: score}) AS forYou
}
CALL (run, user, seeds, seen) {
  CALL (user, seen) {
    MATCH (title:Title)
    WHERE NOT title IN seen AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
    WITH title,
      coalesce(title.released, CASE WHEN title.year IS NOT NULL THEN date({year: title.year}) END) AS known
    CALL (title, known) {
      WITH known
      WHERE known IS NOT NULL
      RETURN known AS released
      UNION ALL
      WITH title
      WHERE known IS NULL
      MATCH (title)<-[event:RATED|WATCHED|THUMBED]-(:User)
      RETURN date(min(event.timestamp)) AS released
    }
    WITH title, released
    WHERE released > date($asOf) - duration({days: 365}) AND released <= date($asOf)
    RETURN collect({title: title, released: released}) AS releases
  }
  CALL (user) {
    MATCH (user)-[:LIKES]->(:Title)-[:IN_GENRE]->(genre:Genre)
    WITH genre, count(*) AS likes
    RETURN collect({genre: genre, likes: likes}) AS genres, sum(likes) AS genreLikes
  }
  UNWIND releases AS release
  WITH run, seeds, genres, genreLikes, release.title AS title, release.released AS released
  CALL (run, seeds, title) {
    UNWIND seeds AS seed
    WITH run, title, seed.title AS source, seed.weight AS weight
    MATCH (source)-[step:SIMILAR {run: run.run}]->(title)
    RETURN coalesce(sum(weight * step.score), 0.0) AS score
  }
  CALL (genres, title) {
    UNWIND genres AS each
    WITH title, each.genre AS genre, each.likes AS likes
    WHERE EXISTS { (title)-[:IN_GENRE]->(genre) }
    RETURN sum(likes) AS shared
  }
  OPTIONAL MATCH (title)-[place:PART_OF {run: run.run}]->(first:Title)
  WITH CASE WHEN score > 0 THEN coalesce(first, title) END AS story, title, coalesce(place.part, 1) AS part, score,
    released, CASE WHEN genreLikes > 0 THEN toFloat(shared) / genreLikes ELSE 0.0 END AS genreShare
  ORDER BY score DESC
  WITH story, collect({title: title, part: part, released: released, genreShare: genreShare}) AS parts,
    collect(score) AS scores
  WITH scores, COLLECT { UNWIND parts AS each WITH each ORDER BY each.part RETURN each } AS rows
  UNWIND range(0, size(rows) - 1) AS place
  WITH rows[place] AS row, scores[place] * (1 - place * 2.0 ^ -52) AS score
  WITH row.title AS title, score, row.genreShare AS genreShare, row.released AS released
  ORDER BY score DESC, genreShare DESC, released DESC, title.titleId
  LIMIT $k * ($because + 5)
  RETURN collect({title: title, score: score}) AS new
}
CALL (run, user, seen) {
  CALL (user) {
    MATCH (user)-[:IN_GROUP]->(group:DemographicGroup)
    WITH group, COUNT { (group)<-[:IN_GROUP]-(:User) } AS members
    WHERE members >= 11
    RETURN group, members
    UNION ALL
    RETURN NULL AS group, NULL AS members
  }
  CALL (run, user, seen, group) {
    CALL () {
      MATCH (viewer:User)-[event:RATED]->(title:Title)
      WHERE event.timestamp > $asOf - duration({days: 7}) AND event.timestamp <= $asOf
      RETURN viewer, title
      UNION ALL
      MATCH (viewer:User)-[event:WATCHED]->(title:Title)
      WHERE event.timestamp > $asOf - duration({days: 7}) AND event.timestamp <= $asOf
      RETURN viewer, title
      UNION ALL
      MATCH (viewer:User)-[event:THUMBED]->(title:Title)
      WHERE event.timestamp > $asOf - duration({days: 7}) AND event.timestamp <= $asOf AND event.value > 0
      RETURN viewer, title
    }
    WITH viewer, title
    WHERE group IS NULL OR EXISTS { (viewer)-[:IN_GROUP]->(group) }
    OPTIONAL MATCH (title)-[:SAME_AS]->(shown:Title)
    WITH coalesce(shown, title) AS title, count(DISTINCT viewer) AS viewers
    WHERE NOT title IN seen AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
    WITH title, viewers
    ORDER BY viewers DESC, title.titleId
    LIMIT $k * ($because + 5)
    WITH title, viewers,
      CASE WHEN viewers >= coalesce(run.privacySmallest, 5) THEN toFloat(viewers) ELSE 0.0 END AS score
    RETURN collect({title: title, score: score}) AS items, collect(viewers)[4] AS fifth
  }
  WITH group, members, items, fifth
  ORDER BY members, group.groupId
  WITH group, items
  WHERE group IS NULL OR fifth >= 3
  LIMIT 1
  RETURN items AS top, coalesce(' among ' + CASE
    WHEN group.kind = 'age' THEN 'viewers aged ' + replace(replace(group.value, '+', ' and over'), '-', '–')
    WHEN group.kind = 'gender' AND toLower(group.value) IN ['f', 'female'] THEN 'women'
    WHEN group.kind = 'gender' AND toLower(group.value) IN ['m', 'male'] THEN 'men'
    ELSE 'viewers with ' + replace(group.kind, '_', ' ') + ' ' + group.value
  END, '') AS among
}
CALL (run, user, seeds, seen) {
  CALL (user) {
    MATCH (user)-[:LIKES]->(:Title)-[:IN_GENRE]->(genre:Genre)
    WITH genre, count(*) AS likes
    ORDER BY likes DESC, genre.name
    LIMIT 3
    RETURN collect(genre) AS genres
  }
  UNWIND seeds AS seed
  WITH genres, seed.title AS source, seed.weight AS weight
  MATCH (source)-[step:SIMILAR {run: run.run}]->(title:Title)
  WHERE step.score > 0 AND NOT title IN seen
    AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
  WITH genres, title, sum(weight * step.score) AS score
  WHERE NOT EXISTS {
    MATCH (title)-[:IN_GENRE]->(genre:Genre)
    WHERE genre IN genres
  }
  OPTIONAL MATCH (title)-[place:PART_OF {run: run.run}]->(first:Title)
  WITH coalesce(first, title) AS story, title, coalesce(place.part, 1) AS part, score
  ORDER BY score DESC
  WITH story, collect({title: title, part: part}) AS parts, collect(score) AS scores
  WITH scores, COLLECT { UNWIND parts AS each WITH each ORDER BY each.part RETURN each.title } AS titles
  UNWIND range(0, size(titles) - 1) AS place
  WITH titles[place] AS title, scores[place] * (1 - place * 2.0 ^ -52) AS score
  ORDER BY score DESC, title.titleId
  LIMIT $k * ($because + 5)
  RETURN collect({title: title, score: score}) AS challenge
}
WITH [{row: 'continue-watching', heading: 'Continue watching', items: begun}] + because + [
  {row: 'for-you', heading: 'For you', items: forYou},
  {row: 'new-releases', heading: 'New for you', items: new},
  {row: 'top', heading: 'Top of the week' + among, items: top},
  {row: 'challenge', heading: 'Something else than usual', items: challenge}
] AS shelves
WITH reduce(page = [], shelf IN shelves | page + [{row: shelf.row, heading: shelf.heading, items: [
  item IN shelf.items
  WHERE NOT any(above IN page WHERE any(other IN above.items WHERE other.title = item.title))
][..$k]}]) AS page
UNWIND range(0, size(page) - 1) AS place
WITH place, page[place] AS shelf
UNWIND range(0, size(shelf.items) - 1) AS number
WITH place, shelf, number, shelf.items[number] AS item
RETURN shelf.row AS row, shelf.heading AS heading, number + 1 AS rank, item.title.titleId AS titleId,
  item.title.title AS title, item.title.year AS year, item.score AS score
ORDER BY place, rank
