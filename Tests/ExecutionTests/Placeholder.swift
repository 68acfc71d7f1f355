import Testing

@Suite struct `Execution` {}
