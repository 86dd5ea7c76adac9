"""S3, with objects that outlive LocalStack on request."""
