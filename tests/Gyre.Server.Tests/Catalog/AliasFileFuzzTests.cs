using Gyre.Contracts;
using Gyre.Server.Catalog;
using Gyre.Server.Hosting;
using Gyre.TestSupport;

namespace Gyre.Server.Tests.Catalog;

/// <summary>Reading aliases.yaml gives a result or a <see cref="ServerException"/> with a documented code, whatever stands in it.</summary>
public class AliasFileFuzzTests() : YamlFuzz(new SeededRandom(51).NextInt32)
{
    protected override string Text =>
        """
        default: writer
        aliases:
          other: { model: small }
          writer:
            model: models/big
            description: Writes.
            system: |
              You write.
              Briefly.
            parameters:
              temperature: 0.5
              top_k: 40
              max_tokens: 77
              seed: 7
              stop: [END, "\n\n"]
        """;

    protected override void Read(string text) => AliasFile.Parse(text, "aliases.yaml", DateTimeOffset.UnixEpoch);

    protected override bool IsDocumented(Exception error) => error is ServerException { Code: "SRV0011" or "SRV0012" };
}
