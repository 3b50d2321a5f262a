# The bot in a container, as an ordinary user. Mount a configuration at /config/quarterdeck.yaml with `server.host: 0.0.0.0`;
# everything it keeps is in /data.
FROM node:24-slim AS build
WORKDIR /quarterdeck
COPY . .
# The packaged Node.js is for machines without one: the image has its own.
RUN node scripts/setup.mjs start \
 && npm prune --omit=dev --ignore-scripts \
 && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24-slim
WORKDIR /quarterdeck
COPY --from=build /quarterdeck /quarterdeck
RUN mkdir /data /config && chown node:node /data
USER node
ENV QUARTERDECK_DATA=/data QUARTERDECK_CONFIG=/config/quarterdeck.yaml
VOLUME /data
EXPOSE 3000
HEALTHCHECK --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:3000/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["bin/quarterdeck"]
CMD ["start"]
