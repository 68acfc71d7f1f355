extension RequestSettings {
    private static let host = Kind<String>.scalar(
        "a host in lower case such as api.example.com or 127.0.0.1:8080",
        shape: .text(limit: 260)
    ) { RequestSettings.place($0) == nil ? nil : $0 }

    static let schema = Record(
        name: "request settings", initial: RequestSettings(),
        fields: [
            .optional(
                "mode", .choice, \.mode, standard: "replay",
                "from the recording alone (replay), or asked and recorded (record); live is for "
                    + "live trading"),
            .optional(
                "recording", .text("a file"), \.recording, standard: "answers.rec",
                "answers with their requests' digests, from the run file's folder"),
            .optional(
                "unknown", .choice, \.unknown, standard: "fail",
                "a request without a recorded answer ends the run (fail), or has status -2 "
                    + "(unanswered)"),
            .optional(
                "hosts", .list(of: host, 0...64), \.hosts, standard: "[]",
                "hosts that may be asked, of those that plugins declare"),
            .optional(
                "local", .flag, \.allowsLocal, standard: "false",
                "whether servers of this machine may be asked, without TLS too"),
            .optional(
                "secrets", .list(of: SecretEntry.schema.kind, 0...64), \.secrets,
                standard: "[]", "keys for placeholders; read only when the run records"),
            .optional(
                "timeout", .duration(1_000_000...3_600_000_000_000), \.timeout, standard: "2m",
                "of one request"),
            .optional(
                "max_answer", .integer(1...1_048_576), \.answerMax, standard: "1048576",
                "largest body of an answer, in bytes"),
            .optional(
                "max_requests", .integer(0...10_000_000), \.countMax, standard: "10000",
                "most requests of one strategy in the run"),
        ])
}

extension SecretEntry {
    static let schema = Record(
        name: "a secret", initial: SecretEntry(),
        fields: [
            .required("name", .identifier, \.name, "as plugins write it: {{name}}"),
            .optional(
                "environment", .text("a variable", limit: 200), \.environment,
                "environment variable that holds it"),
            .optional(
                "file", .text("a file"), \.file,
                "file that holds it and that nobody else may read, from the run file's folder"),
            .required(
                "hosts", .list(of: .text("a host", limit: 253), 1...64), \.hosts,
                "hosts that it is sent to, without port"),
        ])
}
