# Vigil as a service. Without VIGIL_API_KEYS it refuses to listen beyond loopback, so give it keys (.env.example says how).
FROM node:20-bookworm-slim

WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force
COPY . .
# Compiles what runs, which the service's own user could keep nowhere.
RUN node src/vigil.js --version
RUN mkdir -m 700 /home/node/vigil && chown node:node /home/node/vigil

USER node
ENV NODE_ENV=production VIGIL_HOST=0.0.0.0 VIGIL_PORT=8080 VIGIL_HOME=/home/node/vigil
VOLUME /home/node/vigil
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.VIGIL_PORT + '/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/vigil.js", "serve"]
