# The suite as an image: docker build -t bookie-oracle-suite . ; compose.yaml uses it.
FROM node:24-bookworm-slim AS build
WORKDIR /opt/bos
COPY package.json package-lock.json ./
COPY stubs stubs
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY app app
COPY cli cli
COPY client client
COPY core core
COPY devnet devnet
COPY gen gen
COPY script script
COPY server server
COPY worker worker
RUN npm run build && chmod +x dist/cli/bin/bos.js && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production BOS_DATA_DIR=/var/lib/bos
WORKDIR /opt/bos
COPY LICENSE package.json ./
COPY stubs stubs
COPY --from=build /opt/bos/node_modules node_modules
COPY --from=build /opt/bos/dist dist
RUN ln -s /opt/bos/dist/cli/bin/bos.js /usr/local/bin/bos && install -d -m 0700 -o node -g node /var/lib/bos
USER node
VOLUME /var/lib/bos
EXPOSE 8010
ENTRYPOINT ["bos"]
CMD ["run", "--host", "0.0.0.0"]
