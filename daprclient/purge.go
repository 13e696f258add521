package daprclient

type purgeGuard struct{}
