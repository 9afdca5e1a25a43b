using System.Text;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Tokenizers;

/// <summary>Parts of SentencePiece models that the published ones at hand do not use, in models written here.</summary>
public class SentencePieceLoaderTests
{
    private const int Normal = 1;
    private const int Unknown = 2;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Unused = 5;

    [Fact]
    public void User_defined_pieces_are_never_cut_and_take_the_longest()
    {
        var tokenizer = Load([("<unk>", 0, Unknown), ("<s>", 0, Control), ("a", -1, Normal), ("b", -2, Normal), ("▁", -3, Normal), ("ab", -4, Normal), ("[b", 0, UserDefined), ("[bb]", 0, UserDefined)]);

        Pieces(tokenizer, "ab[bb]ab[ba").ShouldBe(["▁", "ab", "[bb]", "ab", "[b", "a"]);
        tokenizer.Decode(Ids(tokenizer, "ab[bb]ab")).ShouldBe("ab[bb]ab");
    }

    [Fact]
    public void Unused_pieces_are_taken_apart_again()
    {
        var tokenizer = Load([("<unk>", 0, Unknown), ("a", -5, Normal), ("b", -5, Normal), ("c", -5, Normal), ("ab", -1, Unused), ("abc", -2, Normal), ("bc", -3, Normal)], addsPrefix: false);

        Pieces(tokenizer, "ab").ShouldBe(["a", "b"]);
        Pieces(tokenizer, "abc").ShouldBe(["abc"]);
    }

    [Fact]
    public void Runs_of_unknown_characters_give_one_unknown_token_without_byte_pieces()
    {
        var tokenizer = Load([("<unk>", 0, Unknown), ("a", -1, Normal), ("▁", -2, Normal)]);

        Pieces(tokenizer, "a漢字a").ShouldBe(["▁", "a", "<unk>", "a"]);
        tokenizer.Decode(Ids(tokenizer, "a漢a")).ShouldBe("a ⁇ a");
    }

    [Fact]
    public void Characters_that_occur_in_pieces_only_can_still_be_joined()
    {
        var tokenizer = Load([("<unk>", 0, Unknown), ("▁", -1, Normal), ("xy", -2, Normal)]);

        Pieces(tokenizer, "xyx").ShouldBe(["▁", "xy", "<unk>"]);
    }

    [Fact]
    public void Equal_scores_join_from_the_left()
    {
        var tokenizer = Load([("<unk>", 0, Unknown), ("a", -5, Normal), ("aa", -1, Normal)], addsPrefix: false);

        Pieces(tokenizer, "aaaaa").ShouldBe(["aa", "aa", "a"]);
    }

    [Fact]
    public void A_text_that_no_piece_spells_is_an_error_without_an_unknown_token()
    {
        var tokenizer = Load([("a", -1, Normal)], addsPrefix: false);

        Should.Throw<ModelException>(() => Ids(tokenizer, "b")).Code.ShouldBe("RUN0112");
    }

    [Fact]
    public void Tokens_described_beside_the_model_are_added_with_their_flags()
    {
        var folder = Directory.CreateTempSubdirectory("gyre-added-");
        try
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, "tokenizer.model"), Model([("<unk>", 0, Unknown), ("<s>", 0, Control), ("a", -1, Normal), ("▁", -2, Normal)], addsPrefix: true));
            File.WriteAllText(Path.Combine(folder.FullName, "tokenizer_config.json"), """
                {"bos_token":"<s>","eos_token":{"content":"<|end|>"},"add_bos_token":false,"tokenizer_class":"LlamaTokenizer",
                 "added_tokens_decoder":{"1":{"content":"<s>","special":true},"4":{"content":"<|end|>","special":true,"rstrip":true}}}
                """);
            var tokenizer = TokenizerLoader.FromFolder(folder.FullName);
            var ids = new List<int>();

            tokenizer.Encode("a<|end|>  a", addSpecialTokens: true, parseSpecialTokens: true, ids);

            tokenizer.VocabularySize.ShouldBe(5);
            tokenizer.EndIds.ShouldBe([4]);
            ids.Select(tokenizer.GetToken).ShouldBe(["▁", "a", "<|end|>", "▁", "a"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ITokenizer Load((string Text, float Score, int Kind)[] pieces, bool addsPrefix = true) =>
        TokenizerLoader.FromSentencePiece(new MemoryStream(Model(pieces, addsPrefix)));

    private static byte[] Model((string Text, float Score, int Kind)[] pieces, bool addsPrefix)
    {
        using var model = new MemoryStream();
        foreach (var (text, score, kind) in pieces)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            Message(model, 1, [0x0A, (byte)utf8.Length, .. utf8, 0x15, .. BitConverter.GetBytes(score), 0x18, (byte)kind]);
        }

        Message(model, 2, [0x18, 2]); // BPE
        Message(model, 3, [0x18, addsPrefix ? (byte)1 : (byte)0, 0x20, 0]);
        return model.ToArray();
    }

    private static void Message(MemoryStream model, int field, byte[] body)
    {
        model.WriteByte((byte)((field << 3) | 2));
        model.WriteByte((byte)body.Length);
        model.Write(body);
    }

    private static int[] Ids(ITokenizer tokenizer, string text)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
        return [.. ids];
    }

    private static IEnumerable<string> Pieces(ITokenizer tokenizer, string text) => Ids(tokenizer, text).Select(tokenizer.GetToken);
}
