"""What stands before the public: the boards in the hall, the public results, their exports, all from one snapshot."""
