using System.Security.Cryptography;
using System.Text;
using Gyre.Models.Catalog;
using Gyre.Models.Tests.Weights;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Catalog;

public sealed class ModelDigestTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_file_has_the_digest_that_sha256sum_prints()
    {
        var path = TestData.Require("models/stories260K/derived-gguf/stories260K-F16.gguf");
        var expected = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

        (await ModelDigest.ComputeAsync(ModelFolder.Open(path))).ShouldBe(expected);
    }

    [Fact]
    public async Task Several_files_have_the_digest_of_their_list()
    {
        _folder.Write("config.json", "{}");
        _folder.Write("model-1.safetensors", SafetensorsBytes.Build("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", [1]));
        _folder.Write("model-2.safetensors", SafetensorsBytes.Build("""{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", [2]));
        _folder.Write("model.safetensors.index.json", """{"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}""");
        var list = string.Concat(new[] { "model-1.safetensors", "model-2.safetensors" }.Select(name =>
            $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(_folder.Path, name))))}  {name}\n"));

        (await ModelDigest.ComputeAsync(ModelFolder.Open(_folder.Path))).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list))));
    }

    [Fact]
    public async Task The_digest_is_kept_until_size_or_time_changes()
    {
        _folder.Write("config.json", "{}");
        var path = _folder.Write("model.safetensors", SafetensorsBytes.Valid());
        var time = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, time);
        var first = await ModelDigest.ComputeAsync(ModelFolder.Open(_folder.Path), 0, default);

        // Same size and time with other bytes: only a digest that was kept can still be the first one.
        var bytes = SafetensorsBytes.Valid();
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, time);
        (await ModelDigest.ComputeAsync(ModelFolder.Open(_folder.Path), 0, default)).ShouldBe(first);

        File.SetLastWriteTimeUtc(path, time.AddSeconds(1));
        (await ModelDigest.ComputeAsync(ModelFolder.Open(_folder.Path), 0, default)).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public async Task Nothing_is_left_beside_small_weights_or_in_a_read_only_folder()
    {
        _folder.Write("config.json", "{}");
        _folder.Write("model.safetensors", SafetensorsBytes.Valid());
        await ModelDigest.ComputeAsync(ModelFolder.Open(_folder.Path));
        Directory.GetFiles(_folder.Path).Length.ShouldBe(2);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await ModelDigest.ComputeAsync(ModelFolder.Open(_folder.Path), 0, default);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.GetFiles(_folder.Path).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"model.safetensors":null}""")]
    [InlineData("""{"model.safetensors":{"LengthBytes":0,"ChangedTicks":0,"Sha256":null}}""")]
    public async Task A_damaged_cache_is_ignored(string cache)
    {
        _folder.Write("config.json", "{}");
        var path = _folder.Write("model.safetensors", SafetensorsBytes.Valid());
        _folder.Write(".gyre-digest.json", cache);

        (await ModelDigest.ComputeAsync(ModelFolder.Open(_folder.Path), 0, default)).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
    }
}
