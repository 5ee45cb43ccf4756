#!/usr/bin/env bash
# Compares the gateway with its peers on one core: the benchmark kit's heavy and small operation, in turn, several rounds in
# one sitting, with and without sharing of equal requests in flight. The figures are in docs/performance.md.
#
#   npm run bench:gateway                     every peer, two rounds (about fifteen minutes)
#   npm run bench:gateway -- stock ours       these alone
#
# Environment: KIT (the folder of the kit), ROUNDS (2), D and W (seconds of measuring and of warming up, 15 and 5).
set -euo pipefail
cd "$(dirname "$0")/.."
kit=${KIT:-../shared/gateway-benchmark}
[[ -d .bench ]] || { cp -r "$kit" .bench && chmod -R u+w .bench; }
peers=("$@")
[[ $# -gt 0 ]] || peers=(stock ours hive grafbase ours-dedupe hive-dedupe grafbase-dedupe)

cd .bench
serve() { SUPERGRAPH_FILE=$PWD/supergraph.graphql GATEWAY_AUTH=off LOG_LEVEL=error GATEWAY_DEDUPLICATION=$1 ./bench "$2" /graphql node ../dist/gateway/main.js; }
for round in $(seq "${ROUNDS:-2}"); do
  for payload in payload.json payload-small.json; do
    for peer in "${peers[@]}"; do
      printf 'round %s %-18s ' "$round" "$payload"
      export PAYLOAD=$payload
      case $peer in
        ours) serve off ours ;;
        ours-dedupe) serve on ours-dedupe ;;
        *) ./bench "$peer" ;;
      esac
    done
  done
done
