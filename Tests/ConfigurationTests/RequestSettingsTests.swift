import RialtoConfiguration
import RialtoText
import Testing

private func read(_ requests: String) throws -> RunFile {
    let text = """
        instruments: [{ name: BTC/USD, interval: 1m }]
        \(requests)
        accounts: [{ id: main, equity: 100 }]
        """
    return try RunFile.read(
        try ConfigDocument(Array(text.utf8), file: "run.yaml", overrides: []))
}

@Suite struct `What a run may ask` {
    @Test func `is nothing without the key, and what it names with it`() throws {
        #expect(try read("").requests == nil)
        let given = try #require(
            try read(
                """
                requests:
                  mode: record
                  hosts: [api.example.com, "127.0.0.1:8080"]
                  secrets: [{ name: key, environment: KEY, hosts: [api.example.com] }]
                  timeout: 5s
                """
            ).requests)
        #expect(given.mode == .record && given.unknown == .fail && !given.allowsLocal)
        #expect(given.recording == "answers.rec" && given.timeout == 5_000_000_000)
        #expect(given.hosts.map { RequestSettings.place($0)?.port } == [nil, 8080])
        #expect(given.secrets.first?.environment == "KEY" && given.secrets.first?.file == nil)
    }

    @Test(
        arguments: [
            ("{ mode: live }", "is for live trading"),
            ("{ hosts: [Api.example.com] }", "a host in lower case"),
            ("{ hosts: ['a:0'] }", "a host in lower case"),
            ("{ hosts: ['https://a'] }", "a host in lower case"),
            (
                "{ hosts: [a], secrets: [{ name: k, hosts: [a] }] }",
                "in an environment variable or in a file"
            ),
            (
                "{ hosts: [a], secrets: [{ name: k, environment: K, file: k, hosts: [a] }] }",
                "never write the secret itself"
            ),
            (
                "{ hosts: [a], secrets: [{ name: k, environment: K, hosts: [b] }] }",
                "add b to requests.hosts"
            ),
            (
                "{ hosts: [a], secrets: [{ name: k, environment: K, hosts: [a] }, "
                    + "{ name: k, environment: L, hosts: [a] }] }",
                "the second secret k for one host"
            ),
            ("{ max_answer: 2000000 }", "1...1048576"),
        ])
    func `is refused where it is not safe or not whole`(requests: String, reason: String) {
        #expect {
            try read("requests: " + requests)
        } throws: {
            let lines = ($0 as? ConfigProblems)?.messages.flatMap(\.lines) ?? []
            return lines.joined(separator: "\n").contains(reason)
        }
    }
}
