# Small, without build tools, without root, good with a read-only root file system (compose.yaml runs it so).
FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-fund --no-audit

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json app-manifest.json tsconfig.json ./
COPY templates ./templates
COPY src ./src
# A volume put there belongs to the process that writes it.
RUN install -d -o node -g node /var/log/closegate
USER node
EXPOSE 3000
# A worker answers on OPS_PORT; without one nobody can ask it.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "const { ROLE, PORT, OPS_PORT } = process.env; const port = ROLE === 'worker' ? OPS_PORT : PORT; if (!port) process.exit(0); fetch(`http://127.0.0.1:${port}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the first process: TERM reaches it, and it ends what is under way before it goes.
STOPSIGNAL SIGTERM
CMD ["node", "--import", "tsx", "src/main.ts"]
