// Recommend to somebody new
//
// For somebody of whom nothing but demographic groups is known: popularity, and popularity within the groups,
// score_j = share_j + λ · Σ_g a_g (C_gj + M · share_j) / (C_g + M). share_j is the likes of title j divided by all
// users, C_g the members of group g, C_gj how many of them like j. A group counts by how many users are not in it,
// a_g = (1 - C_g / users) divided by the sum over the groups. Groups of fewer than 11 members are passed over; without
// a group the score is share_j.
// Needs LIKES and IN_GROUP alone, so it works without derived relationships.
//
// Parameters:
//   $groupIds LIST<STRING> - ids of groups, such as 'age=25-34'
//   $strength FLOAT - λ, how much the groups count, at least 0
//   $prior FLOAT - M, as how many members of a group everybody counts, at least 0
//   $k INTEGER - how many titles
// Example: {groupIds: ['age=18-24', 'gender=F'], strength: 8.0, prior: 5.0, k: 10}
WITH COUNT { (:User) } AS users
CALL (users) {
  MATCH (group:DemographicGroup)
  WHERE group.groupId IN $groupIds
  WITH users, group, COUNT { (group)<-[:IN_GROUP]-(:User) } AS members
  WHERE members >= 11 AND members < users
  WITH group, members, 1.0 - toFloat(members) / users AS telling
  WITH collect({group: group, members: members, telling: telling}) AS found, sum(telling) AS total
  RETURN [each IN found | {group: each.group, factor: $strength * each.telling / total / (each.members + $prior)}]
    AS groups
}
CALL (users, groups) {
  MATCH (title:Title)
  WITH users, groups, title, COUNT { (title)<-[:LIKES]-(:User) } AS likes
  WHERE likes > 0
  WITH groups, title, toFloat(likes) / users AS share
  RETURN title, share + reduce(sum = 0.0, each IN groups | sum + each.factor * $prior * share) AS part
  UNION ALL
  WITH groups
  UNWIND groups AS each
  WITH each.group AS group, each.factor AS factor
  MATCH (group)<-[:IN_GROUP]-(user:User)
  MATCH (user)-[:LIKES]->(title:Title)
  WITH factor, title, count(user) AS likes
  RETURN title, factor * likes AS part
}
WITH title, sum(part) AS score
WHERE NOT EXISTS { (title)-[:SAME_AS]->(:Title) }
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, score
ORDER BY score DESC, titleId
LIMIT $k
