FROM rust:1.95-slim-bookworm AS builder
WORKDIR /src

# The dependencies alone: a layer that changes only with the lock file.
# .cargo holds the compile flags of SQLite.
COPY .cargo .cargo
COPY Cargo.toml Cargo.lock ./
RUN mkdir src \
 && touch src/lib.rs \
 && echo 'fn main() {}' > src/main.rs \
 && cargo build --release --locked --bin gatepost

COPY . .
# Newer than the empty sources above, whatever the date of the checkout.
RUN touch build.rs src/lib.rs src/main.rs \
 && cargo build --release --locked --bin gatepost \
 && mkdir /data


# No shell, no package manager; CA certificates and time zones are there.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=builder /src/target/release/gatepost /usr/local/bin/gatepost
COPY --from=builder --chown=nonroot:nonroot /data /var/lib/gatepost
COPY LICENSE /usr/share/doc/gatepost/LICENSE

ENV GATEPOST__HTTP__LISTEN=0.0.0.0:8080 \
    GATEPOST__DATABASE__URL=sqlite:///var/lib/gatepost/gatepost.db?mode=rwc

USER nonroot
WORKDIR /var/lib/gatepost
VOLUME /var/lib/gatepost
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["gatepost", "healthcheck"]
ENTRYPOINT ["gatepost"]
CMD ["serve"]
