"""What the method says about results. Pure: no database, no clock, no request."""
