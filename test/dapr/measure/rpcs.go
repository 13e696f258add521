package measure

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// The methods that a console calls, as the sidecar's metrics name them.
const (
	rpcList     = "ListInstanceIDs"
	rpcGet      = "GetInstance"
	rpcHistory  = "GetInstanceHistory"
	rpcMetadata = "GetMetadata"
)

// completed matches a counter of calls that a sidecar has answered.
var completed = regexp.MustCompile(`^dapr_grpc_io_server_completed_rpcs\{.*grpc_server_method="[^"]*/([^"/]+)".*\} (\S+)$`)

// countRPCs reads how many calls of these methods a sidecar has answered.
func countRPCs(ctx context.Context, metricsPort int) (map[string]int, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/metrics", metricsPort), nil)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	counts := map[string]int{rpcList: 0, rpcGet: 0, rpcHistory: 0, rpcMetadata: 0}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		found := completed.FindStringSubmatch(lines.Text())
		if found == nil {
			continue
		}
		if _, ours := counts[found[1]]; !ours {
			continue
		}
		n, err := strconv.ParseFloat(found[2], 64)
		if err != nil {
			return nil, fmt.Errorf("metrics: %w", err)
		}
		counts[found[1]] += int(n)
	}
	return counts, lines.Err()
}
