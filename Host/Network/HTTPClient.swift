internal import RialtoValues

/// Sends requests of plugins: checks them, fills in secrets, keeps rate limits, asks again.
///
/// Call it on one thread; a call returns when its answer is there or given up.
package struct HTTPClient {
    /// The time, and what passes it.
    package struct Surroundings {
        /// Nanoseconds of a clock that never falls.
        package let now_ns: () -> Int64
        /// Waits so many nanoseconds.
        package let wait: (Int64) -> Void
        /// What a name means.
        package let addresses: (String) throws(NetworkError) -> [InternetAddress]

        package init(
            now_ns: @escaping () -> Int64, wait: @escaping (Int64) -> Void,
            addresses: @escaping (String) throws(NetworkError) -> [InternetAddress]
        ) {
            self.now_ns = now_ns
            self.wait = wait
            self.addresses = addresses
        }
    }

    private let policy: NetworkPolicy
    private let secrets: Secrets
    private let retries: RetryRule
    private let surroundings: Surroundings
    private var bucket: TokenBucket
    private var random: SeededGenerator
    /// Attempts so far, answered or not.
    package private(set) var attempts = 0

    package init(
        policy: NetworkPolicy, secrets: Secrets, retries: RetryRule, bucket: TokenBucket,
        seed: UInt64, surroundings: Surroundings
    ) {
        self.policy = policy
        self.secrets = secrets
        self.retries = retries
        self.bucket = bucket
        random = SeededGenerator(seed: seed)
        self.surroundings = surroundings
    }

    /// Sends a request, and again where that may help.
    ///
    /// - Parameter patience_ns: Until it is given up, pauses included; above 0.
    /// - Returns: The answer, whatever its status; secrets in it are placeholders again.
    package mutating func send(
        _ request: HTTPRequest, patience_ns: Int64
    ) throws(NetworkError) -> HTTPResponse {
        try policy.check(request)
        let start_ns = surroundings.now_ns(), deadline_ns = start_ns + patience_ns
        var attempt = 0
        while true {
            try waitForToken(before: deadline_ns)
            let outcome = once(request)
            guard
                let pause_ms = retries.pause(
                    after: HTTPClient.kind(outcome), attempt: attempt, using: &random),
                surroundings.now_ns() + pause_ms * 1_000_000 < deadline_ns
            else {
                var response = try outcome.get()
                response.latency_ns = surroundings.now_ns() - start_ns
                return response
            }
            surroundings.wait(pause_ms * 1_000_000)
            attempt += 1
        }
    }

    private mutating func waitForToken(before deadline_ns: Int64) throws(NetworkError) {
        let now_ns = surroundings.now_ns(), wait_ns = bucket.wait_ns(at: now_ns)
        guard now_ns + wait_ns < deadline_ns else { throw .rateLimited }
        if wait_ns > 0 { surroundings.wait(wait_ns) }
        bucket.take(at: now_ns + wait_ns)
    }

    /// One attempt: name, addresses, secrets, transfer.
    private mutating func once(_ request: HTTPRequest) -> Result<HTTPResponse, NetworkError> {
        attempts += 1
        do throws(NetworkError) {
            let addresses = try surroundings.addresses(request.address.host)
            try policy.check(addresses, of: request.address)
            let headers = try secrets.filled(request.headers, for: request.address.host)
            let response = try Transfer.send(
                request, headers: headers, to: addresses, policy: policy)
            return .success(try accepted(response))
        } catch {
            return .failure(error)
        }
    }

    /// The answer as a plugin may see it. Redirects are never followed: an address that moved is a
    /// change of configuration.
    private func accepted(_ response: HTTPResponse) throws(NetworkError) -> HTTPResponse {
        if (300...399).contains(response.status), let target = response.header("location") {
            let scrubbed = secrets.scrubbed(Array(target.utf8))
            throw .redirect(to: String(String(decoding: scrubbed, as: UTF8.self).prefix(200)))
        }
        return HTTPResponse(
            status: response.status,
            headers: response.headers.map {
                String(decoding: secrets.scrubbed(Array($0.utf8)), as: UTF8.self)
            },
            body: secrets.scrubbed(response.body), latency_ns: response.latency_ns)
    }

    private static func kind(
        _ outcome: Result<HTTPResponse, NetworkError>
    ) -> RetryRule.Attempt {
        switch outcome {
        case .success(let response):
            .answered(status: response.status, retryAfter: response.header("retry-after"))
        case .failure(let error): .failed(error)
        }
    }
}
