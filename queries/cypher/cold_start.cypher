// Recommend to somebody new
//
// For somebody of whom nothing but demographic groups is known: popularity, and popularity within the groups,
// score_j = share_j + λ · mean_g (C_gj + M · share_j) / (C_g + M). share_j is the likes of title j divided by all
// users, C_g the members of group g, C_gj how many of them like j. Groups of fewer than 11 members are passed over;
// without a group the score is share_j.
// Needs LIKES and IN_GROUP alone, so it works without derived relationships.
//
// Parameters:
//   $groupIds LIST<STRING> - ids of groups, such as 'age=25-34'
//   $strength FLOAT - λ, how much the groups count, at least 0
//   $prior FLOAT - M, as how many members of a group everybody counts, at least 0
//   $k INTEGER - how many titles
// Example: {groupIds: ['age=18-24', 'gender=F'], strength: 1.0, prior: 20.0, k: 10}
WITH COUNT { (:User) } AS users
CALL () {
  MATCH (group:DemographicGroup)
  WHERE group.groupId IN $groupIds
  WITH group, COUNT { (group)<-[:IN_GROUP]-(:User) } AS members
  WHERE members >= 11
  RETURN collect({group: group, members: members}) AS groups
}
CALL (users, groups) {
  MATCH (title:Title)
  WITH users, groups, title, COUNT { (title)<-[:LIKES]-(:User) } AS likes
  WHERE likes > 0
  WITH groups, title, toFloat(likes) / users AS share
  RETURN title, share
    + reduce(sum = 0.0, each IN groups | sum + $strength * $prior * share / (each.members + $prior) / size(groups))
    AS part
  UNION ALL
  WITH groups
  UNWIND groups AS each
  WITH each.group AS group, each.members AS members, size(groups) AS size
  MATCH (group)<-[:IN_GROUP]-(user:User)
  MATCH (user)-[:LIKES]->(title:Title)
  WITH members, size, title, count(user) AS likes
  RETURN title, $strength * toFloat(likes) / (members + $prior) / size AS part
}
WITH title, sum(part) AS score
RETURN title.titleId AS titleId, title.title AS title, title.year AS year, score
ORDER BY score DESC, titleId
LIMIT $k
