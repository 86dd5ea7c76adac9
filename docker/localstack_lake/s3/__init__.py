"""S3, with objects that outlive LocalStack where they are asked to."""
