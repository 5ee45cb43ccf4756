#!/usr/bin/env bash
# Compares the gateway with other gateways on one core: runs the heavy and the small operation of the benchmark kit in several
# rounds, with and without deduplication of equal requests in flight. docs/performance.md has the results.
#
#   npm run bench:gateway                     all gateways, two rounds (about fifteen minutes)
#   npm run bench:gateway -- stock ours       only these
#
# Environment: KIT (the folder of the kit), ROUNDS (default 2), D and W (seconds of measuring and warming up, default 15 and 5).
set -euo pipefail
cd "$(dirname "$0")/.."
kit=${KIT:-../shared/gateway-benchmark}
[[ -d .bench ]] || { cp -r "$kit" .bench && chmod -R u+w .bench; }
peers=("$@")
[[ $# -gt 0 ]] || peers=(stock ours hive grafbase ours-dedupe hive-dedupe grafbase-dedupe)

cd .bench
bench_ours() { # DEDUPLICATION NAME
  SUPERGRAPH_FILE=$PWD/supergraph.graphql GATEWAY_AUTH=off LOG_LEVEL=error GATEWAY_DEDUPLICATION=$1 \
    ./bench "$2" /graphql node ../dist/gateway/main.js
}
for round in $(seq "${ROUNDS:-2}"); do
  for payload in payload.json payload-small.json; do
    for peer in "${peers[@]}"; do
      printf 'round %s %-18s ' "$round" "$payload"
      export PAYLOAD=$payload
      case $peer in
        ours) bench_ours off ours ;;
        ours-dedupe) bench_ours on ours-dedupe ;;
        *) ./bench "$peer" ;;
      esac
    done
  done
done
