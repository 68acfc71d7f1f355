import Testing

@Suite struct `Matching` {}
