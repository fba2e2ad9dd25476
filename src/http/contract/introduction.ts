/** The beginning of the API's description, in Markdown. */
export const INTRODUCTION = `The API of the bot that opens, describes and follows the pull requests of AI coding agents: for the platforms that send it signals, and
for the people who run it.

\`\`\`sh
curl http://localhost:3000/api/v1/projects \\
  -H "Authorization: Bearer $ADMIN_TOKEN"
\`\`\`

- **Tokens.** Send \`Authorization: Bearer <token>\`. Each operation names the scope that it needs: \`read\`, \`write\`, \`signals:write\` or
  \`admin\`, which includes all others.
- **Lists** are read page by page: \`?limit=\` (1 to 100) and \`&cursor=\` with the \`nextCursor\` of the page before, until it is null.
- **Refusals** are \`application/problem+json\`: \`code\` is stable and for programs, \`detail\` says why, \`remedy\` what to do. If there is a
  header \`Retry-After\`, try again after so many seconds.
- **Answers** may get more fields; a client ignores those that it does not know. Times are ISO 8601 in UTC. \`X-Request-Id\` identifies an
  answer in the bot's log.
`;
