// Derive likes from events
//
// WRITES. Brings the LIKES of users up to date with their events, for ratings, watches, thumbs and blocks that were
// written by plain Cypher: the same preferences, times and ranks as publishing and `Recommender` write, by the rule
// that the node CinewalkRun holds (`likeRating`, `likeProgress`, `twoThumbs`, `perStar`, `rewatch`). The most
// deliberate event decides: a block over a thumb over a rating over a watch; of several of one kind the newest. Likes
// above a user's maturity limit, and likes that no event bears out, go. Each user is locked, so that signals meanwhile
// are done before or after. Nothing where no rule is known: then the LIKES are given, and stay.
//
// Parameters:
//   $userIds LIST<STRING> - the users' ids; an empty list for all
// Example: {userIds: ['196']}
MATCH (run:CinewalkRun)
WHERE run.likeRating IS NOT NULL
MATCH (user:User)
WHERE size($userIds) = 0 OR user.userId IN $userIds
SET user.maturityLimit = user.maturityLimit
WITH run, user
CALL (run, user) {
  MATCH (user)-[event:WATCHED|RATED|THUMBED|BLOCKED]->(title:Title)
  WITH run, user, title, event,
    CASE type(event) WHEN 'BLOCKED' THEN 3 WHEN 'THUMBED' THEN 2 WHEN 'RATED' THEN 1 ELSE 0 END AS deliberate,
    coalesce(event.timestamp, datetime({epochSeconds: 0})) AS time
  ORDER BY deliberate DESC, time DESC, coalesce(event.finished, 0) DESC,
    coalesce(event.value, event.rating, event.progress) DESC
  WITH run, user, title, collect(event)[0] AS event, max(time) AS time
  WHERE coalesce(title.maturity <= user.maturityLimit, user.maturityLimit IS NULL)
  WITH run, title, event, time, [number IN [event.rating, run.likeRating, event.progress, run.likeProgress] |
    CASE
      WHEN number > 0
        THEN round(number / 2.0 ^ (floor(log(number) / log(2)) - 23), 0, 'HALF_EVEN')
          * 2.0 ^ (floor(log(number) / log(2)) - 23)
      ELSE number
    END] AS single
  WITH run, title, time, CASE type(event)
    WHEN 'THUMBED' THEN CASE WHEN event.value = 2 THEN run.twoThumbs WHEN event.value > 0 THEN 1.0 END
    WHEN 'RATED' THEN CASE WHEN single[0] >= single[1] THEN 1.0 + run.perStar * (single[0] - run.likeRating) END
    WHEN 'WATCHED' THEN CASE
      WHEN coalesce(event.finished, 0) > 0 THEN 1.0 + run.rewatch * (event.finished - 1)
      WHEN single[2] >= single[3] THEN 1.0
    END
  END AS preference
  WHERE preference > 0
  WITH title, time, CASE WHEN preference > run.twoThumbs THEN run.twoThumbs ELSE preference END AS preference
  RETURN collect({
    title: title,
    time: CASE WHEN time.epochSeconds <> 0 THEN time END,
    preference: round(preference / 2.0 ^ (floor(log(preference) / log(2)) - 23), 0, 'HALF_EVEN')
      * 2.0 ^ (floor(log(preference) / log(2)) - 23)
  }) AS derived
}
CALL (user, derived) {
  MATCH (user)-[old:LIKES]->(title:Title)
  WHERE NOT title IN [each IN derived | each.title]
  DELETE old
  RETURN count(*) AS removed
}
CALL (user, derived) {
  UNWIND derived AS each
  WITH user, each, each.title AS title
  OPTIONAL MATCH (user)-[old:LIKES]->(title)
  WITH user, each, title, old IS NULL AS isNew,
    old IS NULL OR old.preference <> each.preference
    OR coalesce(old.timestamp.epochSeconds, 0) <> coalesce(each.time.epochSeconds, 0) AS differs
  WHERE differs
  MERGE (user)-[like:LIKES]->(title)
  SET like.preference = each.preference, like.timestamp = each.time
  RETURN sum(CASE WHEN isNew THEN 1 ELSE 0 END) AS added, sum(CASE WHEN isNew THEN 0 ELSE 1 END) AS changed
}
CALL (user) {
  MATCH (user)-[like:LIKES]->(:Title)
  WITH like, coalesce(like.timestamp.epochSeconds, 0) AS time
  ORDER BY time
  WITH collect({like: like, time: time}) AS rows
  UNWIND range(0, size(rows) - 1) AS place
  WITH rows[place].time AS time, avg(place) AS rank, collect(rows[place].like) AS likes
  UNWIND likes AS like
  WITH like, rank
  WHERE like.rank IS NULL OR like.rank <> rank
  SET like.rank = rank
}
WITH sum(added) AS added, sum(changed) AS changed, sum(removed) AS removed
RETURN added, changed, removed
