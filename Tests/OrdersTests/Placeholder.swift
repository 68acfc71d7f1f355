import Testing

@Suite struct `Orders` {}
