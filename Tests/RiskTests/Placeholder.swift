import Testing

@Suite struct `Risk` {}
