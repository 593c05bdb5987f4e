// Continue watching
//
// What a user has begun and not finished (progress from 0.05 to 0.95), what they most likely go on with first:
// score = (1 + progress) / 2 / (1 + days / 14), with days since they watched it. Watches without a time score 0. What
// they gave a thumb down, blocked, or must not be shown is left out; a film under several ids counts as one.
// Needs WATCHED relationships.
//
// Parameters:
//   $userId STRING - the user's id
//   $asOf DATETIME - the instant from which days are counted back
//   $k INTEGER - how many titles
// Example: {userId: '196', asOf: datetime('1998-04-22T23:10:38Z'), k: 10}
MATCH (user:User {userId: $userId})-[watch:WATCHED]->(title:Title)
WHERE watch.progress >= 0.05
  AND watch.progress <= 0.95
  AND NOT EXISTS {
    MATCH (title)-[:SAME_AS*0..1]->(:Title)<-[:SAME_AS*0..1]-(same:Title)<-[refusal:THUMBED|BLOCKED]-(user)
    WHERE coalesce(refusal.value, -1) < 0
  }
  AND (user.maturityLimit IS NULL OR title.maturity <= user.maturityLimit)
WITH title, watch, ($asOf.epochSeconds - watch.timestamp.epochSeconds) / 86400.0 AS days
WITH title, watch.progress AS progress, watch.timestamp AS timestamp,
  coalesce((1 + watch.progress) / 2 / (1 + CASE WHEN days < 0 THEN 0.0 ELSE days END / 14), 0.0) AS score
ORDER BY score DESC, progress DESC, title.titleId
OPTIONAL MATCH (title)-[:SAME_AS]->(shown:Title)
WITH coalesce(shown, title) AS film, collect({title: title, progress: progress, timestamp: timestamp, score: score})[0]
  AS first
RETURN first.title.titleId AS titleId, first.title.title AS title, first.title.year AS year, first.progress AS progress,
  first.timestamp AS timestamp, first.score AS score
ORDER BY score DESC, progress DESC, titleId
LIMIT $k
