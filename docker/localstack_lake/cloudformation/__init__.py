"""CloudFormation types that open-source LocalStack lacks or leaves incomplete."""
