# syntax=docker/dockerfile:1
# docker build -t transfer-registry . && docker run -p 8080:8080 -v registry:/var/lib/transfer-registry/data transfer-registry
#
# Both images can be replaced by mirrors of your own: --build-arg RUST_IMAGE=… --build-arg BASE=…
# They must share a C library: the binary is linked against the one it is built with.
ARG RUST_IMAGE=rust:1.95.0-slim-bookworm
ARG BASE=debian:bookworm-slim

FROM ${RUST_IMAGE} AS build
WORKDIR /src
COPY . .
# The caches outlive the build, the binary must not be in one.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p transfer-registry \
    && install -D -m 0755 target/release/transfer-registry /out/usr/local/bin/transfer-registry \
    && install -D -m 0644 LICENSE /out/usr/share/doc/transfer-registry/LICENSE

FROM ${BASE}
LABEL org.opencontainers.image.title="Transfer Registry" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /out /
# The default database and the checkpoints live in ./data, the one place that it writes to.
WORKDIR /var/lib/transfer-registry
RUN install -d -o 10001 -g 10001 -m 0750 data
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
# In a container the port that is published decides who reaches it; the ops listener stays inside.
ENV TRANSFER_REGISTRY_LISTEN=0.0.0.0:8080 \
    TRANSFER_REGISTRY_OPS_LISTEN=127.0.0.1:9090
VOLUME ["/var/lib/transfer-registry/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["/usr/local/bin/transfer-registry", "health"]
ENTRYPOINT ["/usr/local/bin/transfer-registry"]
CMD ["serve"]
