using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Measurement;
using Gyre.Models.Tests.Weights;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Measurement;

public sealed class ImportanceMatrixTests : IDisposable
{
    private static readonly int[][] Texts = [[1, 403, 407, 261, 378, 7, 30], [1, 9, 8, 7, 6, 5, 4]];

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_matrices_see_the_normed_embeddings()
    {
        var path = TestData.Require("models/stories260K/derived-gguf/stories260K-F32.gguf");
        using var file = GgufFile.Open(path);
        var (embedding, gain) = (Floats(file, "token_embd.weight"), Floats(file, "blk.0.attn_norm.weight"));
        const int Width = 64;
        const double Epsilon = 1e-5;
        var expected = new double[Width];
        foreach (var token in Texts.SelectMany(text => text))
        {
            var row = embedding.AsSpan(token * Width, Width).ToArray();
            var scale = 1 / Math.Sqrt((row.Sum(x => (double)x * x) / Width) + Epsilon);
            for (var i = 0; i < Width; i++)
            {
                expected[i] += Math.Pow(row[i] * scale * gain[i], 2) / Texts.Sum(text => text.Length);
            }
        }

        var matrix = Collect(path, 1);

        foreach (var name in (string[])["blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.0.attn_v.weight"])
        {
            var found = matrix.Find(name).ToArray();
            found.Length.ShouldBe(Width);
            for (var i = 0; i < Width; i++)
            {
                found[i].ShouldBe((float)expected[i], (float)(1e-4 * expected[i]) + 1e-6f);
            }
        }

        matrix.Find("blk.4.ffn_down.weight").Length.ShouldBe(172);
        matrix.Find("output.weight").Length.ShouldBe(0);
        matrix.Names.Count.ShouldBe(7 * 5);
    }

    [Fact]
    public void The_number_of_threads_and_the_size_of_chunks_do_not_change_a_bit()
    {
        var path = TestData.Require("models/stories260K/derived-gguf/stories260K-F32.gguf");
        Save(Collect(path, 1), "one.gguf");
        Save(Collect(path, 3), "three.gguf");

        File.ReadAllBytes(Path.Combine(_folder.Path, "three.gguf")).ShouldBe(File.ReadAllBytes(Path.Combine(_folder.Path, "one.gguf")));
    }

    [Fact]
    public void Projections_stored_as_one_are_counted_once()
    {
        var matrix = Collect(TestData.Require("models/kit/gpt2/model.f16.gguf"), 2);

        matrix.Names.ShouldContain("blk.0.attn_qkv.weight");
        Save(matrix, "gpt2.gguf");
        using var file = GgufFile.Open(Path.Combine(_folder.Path, "gpt2.gguf"));
        Floats(file, "blk.0.attn_qkv.weight.counts").ShouldBe([Texts.Sum(text => text.Length)]);
    }

    [Fact]
    public void A_matrix_is_read_back_as_it_was_written()
    {
        var matrix = Collect(TestData.Require("models/stories260K/derived-gguf/stories260K-F32.gguf"), 2);
        var path = Save(matrix, "kept.gguf");

        var read = ImportanceMatrix.Load(path);

        read.Names.ShouldBe(matrix.Names);
        foreach (var name in matrix.Names)
        {
            read.Find(name).ToArray().ShouldBe(matrix.Find(name).ToArray());
        }
    }

    [Theory]
    [InlineData("model", "a.in_sum2", "a.counts", 1f, "general.type")]
    [InlineData("imatrix", "a.in_sum2", "b.counts", 1f, "a.counts")]
    [InlineData("imatrix", "a.other", "a.counts", 1f, "no sums")]
    [InlineData("imatrix", "a.in_sum2", "a.counts", -1f, "negative")]
    [InlineData("imatrix", "a.in_sum2", "a.counts", float.NaN, "not finite")]
    public void Other_files_are_refused_by_what_is_wrong(string kind, string sums, string counts, float value, string named)
    {
        var path = Path.Combine(_folder.Path, "bad.gguf");
        new GgufWriter().SetString("general.type", kind)
            .Add(sums, new[] { value, 1f }, 1, 2)
            .Add(counts, new[] { 1f }, 1, 1)
            .Write(path);

        var error = Should.Throw<ModelException>(() => ImportanceMatrix.Load(path));

        error.Code.ShouldBe("RUN0441");
        error.Message.ShouldContain(named);
    }

    private static ImportanceMatrix Collect(string path, int threads)
    {
        using var team = new ThreadTeam(threads);
        using var decoder = ModelLoader.LoadDecoder(ModelFolder.Open(path), new DecoderOptions { Team = team, Format = ElementFormat.F32, ChunkTokens = threads + 3 });
        var most = decoder.VocabularySize;
        return ImportanceMatrix.Collect(decoder, [.. Texts.Select(text => text.Select(id => id % most).ToArray())]);
    }

    private static unsafe float[] Floats(GgufFile file, string name)
    {
        var tensor = file.Get(name);
        return new ReadOnlySpan<float>(tensor.Bytes, (int)(tensor.LengthBytes / sizeof(float))).ToArray();
    }

    private string Save(ImportanceMatrix matrix, string name)
    {
        var path = Path.Combine(_folder.Path, name);
        matrix.Save(path, "text", Texts.Length, Texts[0].Length);
        return path;
    }
}
