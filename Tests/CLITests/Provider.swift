import Foundation
import RialtoTestSupport

/// The scripted provider of language models that LLMTests has too, in a process of its own.
final class Provider {
    private let server: ScriptedServer

    init() throws {
        server = try ScriptedServer([
            Desk.repository.appending(path: "Tests/LLMTests/Server/standin.py").path
        ])
    }

    /// Host and port, as in the run file.
    var place: String { "127.0.0.1:\(server.port)" }

    /// Calls so far, as the server counted them.
    func calls() throws -> Int {
        let asker = Process(), output = Pipe()
        asker.executableURL = URL(filePath: "/usr/bin/python3")
        asker.arguments = [
            "-c",
            "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())",
            "http://\(place)/",
        ]
        asker.standardOutput = output
        try asker.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        asker.waitUntilExit()
        guard let count = Int(text.trimmingCharacters(in: .newlines)) else {
            throw ProviderFault()
        }
        return count
    }

    /// Ends the server; nobody answers at its place any more.
    func end() { server.end() }
}

struct ProviderFault: Error {}
