module example.com/greeter

go 1.26.0

require (
	github.com/google/uuid v1.6.0
	github.com/spf13/pflag v1.1.0
	golang.org/x/text v0.43.0
)
