using System.Text.RegularExpressions;
using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>Whatever config.json says, reading it gives a valid configuration or a <see cref="ModelException"/>.</summary>
public sealed class ConfigurationFuzzTests
{
    private const int Rounds = 3000;

    private static readonly string[] Values =
    [
        "-1", "0", "1", "3", "1e9", "1.5", "1e400", "-1e400", "2147483647", "-2147483648", "9223372036854775807", "99999999999999999999999", "null", "true",
        "\"\"", "\"8\"", "\"\\ud800\"", "\"linear\"", "\"dynamic\"", "\"llama3\"", "\"yarn\"", "\"longrope\"", "\"gelu\"", "\"gpt2\"", "\"gemma3_text\"", "\"falcon\"", "\"local\"", "\"qwen2\"", "\"mistral\"", "[]", "[1, null]", "[\"sliding_attention\"]", "{}",
        "{\"rope_type\": \"dynamic\", \"factor\": 1e300}", "{\"rope_type\": \"yarn\", \"mscale\": 1, \"mscale_all_dim\": -1}",
    ];

    private static readonly string[] Folders = ["llama", "llama-rope-dynamic", "llama-rope-llama3", "llama-rope-yarn", "mistral", "qwen2", "qwen3",
        "gpt2", "gpt_neo", "gpt_neox", "gpt_neox-sequential", "bloom", "phi", "phi3", "falcon", "opt", "gemma", "gemma2", "gemma3"];

    private static readonly string[] EncoderFolders = ["bert-seqcls", "bert-tokcls", "distilbert-seqcls", "roberta"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Changed_bytes_are_refused_or_read(bool isEncoder)
    {
        var texts = Texts(isEncoder);
        Fuzz(31, isEncoder, random =>
        {
            var text = random.Pick(texts).ToCharArray().ToList();
            for (var change = random.NextInt32(1, 5); change > 0; change--)
            {
                var at = random.NextInt32(text.Count);
                switch (random.NextInt32(3))
                {
                    case 0:
                        text.RemoveRange(at, Math.Min(random.NextInt32(1, 12), text.Count - at));
                        break;
                    case 1:
                        text.InsertRange(at, random.Pick(Values));
                        break;
                    default:
                        text[at] = (char)random.NextInt32(0, random.NextInt32(2) == 0 ? 128 : 0x10000);
                        break;
                }

                text.Add(' ');
            }

            return new string([.. text]);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Changed_values_are_refused_or_read(bool isEncoder)
    {
        var texts = Texts(isEncoder);
        Fuzz(32, isEncoder, random =>
        {
            var parts = Regex.Split(random.Pick(texts), "(?<=: )(?<value>[^,{}\\[\\]\n]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            for (var change = random.NextInt32(1, 4); change > 0; change--)
            {
                parts[1 + (2 * random.NextInt32((parts.Length - 1) / 2))] = random.Pick(Values);
            }

            return string.Concat(parts);
        });
    }

    private static string[] Texts(bool isEncoder) =>
        [.. (isEncoder ? EncoderFolders : Folders).Select(name => File.ReadAllText(Path.Combine(TestData.Require("models/kit/" + name), "config.json")))];

    private static void Fuzz(ulong seed, bool isEncoder, Func<SeededRandom, string> change)
    {
        var random = new SeededRandom(seed);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            refused += Reads(change(random), isEncoder) ? 0 : 1;
        }

        refused.ShouldBeInRange(Rounds / 20, Rounds * 19 / 20); // Otherwise the changes would no longer reach both ends.
    }

    private static bool Reads(string json, bool isEncoder)
    {
        try
        {
            if (isEncoder)
            {
                var encoder = EncoderConfiguration.FromHuggingFace(json, "config.json");
                encoder.Validate().ShouldBeEmpty();
                EncoderConfiguration.FromHuggingFace(encoder.ToHuggingFace(), "written.json").Labels.ShouldBe(encoder.Labels);
                return true;
            }

            var configuration = DecoderConfiguration.FromHuggingFace(json, "config.json");
            configuration.Validate().ShouldBeEmpty();
            var again = DecoderConfiguration.FromHuggingFace(configuration.ToHuggingFace(), "written.json");
            (again.Layers, again.HeadWidth, again.Rotary.Scaling).ShouldBe((configuration.Layers, configuration.HeadWidth, configuration.Rotary.Scaling));
            return true;
        }
        catch (ModelException error) when (error.Code is "RUN0401" or "RUN0402" && !error.Message.Contains("written.json", StringComparison.Ordinal))
        {
            error.Message.Length.ShouldBeLessThan(8000);
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException("Configuration: " + json, error);
        }
    }
}
