"""CloudFormation: build the function, plan a change set, execute it, recover, remove."""
