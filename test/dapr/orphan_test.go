package dapr_test
import "context"
const orphanEnv = "X"
func orphanMain(context.Context) int { return 0 }
