# One image of the bot for every role. Choose another base with --build-arg NODE_IMAGE=…
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The SDK of Sentry brings a command and plugins for bundlers, which only a build with one uses.
RUN npm ci --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/sentry node_modules/@sentry/bundler-plugins

FROM ${NODE_IMAGE}
# git inspects workspaces before they are cleaned; lsattr of e2fsprogs finds files whose flags forbid to remove them. Their
# versions come from the base image: Debian's archive drops a pinned version with the next security update, and then the
# build fails.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates e2fsprogs git \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
# .dockerignore lets in only the files that the bot reads at run time, and script/token.ts.
COPY . .
# The commit, for the name of the release in Sentry: --build-arg REVISION="$(git rev-parse HEAD)"
ARG REVISION=""
RUN echo "${REVISION}" > revision
# Nobody outside the container can reach its 127.0.0.1.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 HEALTH_PORT=3000
# The base image's unprivileged user, by number, because Kubernetes' runAsNonRoot does not accept names.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--no-allocation-site-pretenuring", "src/main.ts"]
