using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

public class ShopLibraryTests(ITestOutputHelper output)
{
    [Fact]
    public void A_catalogue_is_fixed_by_its_seed_and_grows_at_its_end()
    {
        var products = new ShopLibrary(4).Products(50);

        output.WriteLine(string.Join('\n', products.Take(2).Select(product => product.Name + ": " + string.Join("; ", product.Attributes.Select(pair => $"{pair.Key}={pair.Value}")))));
        products.Select(product => product.Name).ShouldBeUnique();
        products.ShouldAllBe(product => product.Attributes.Count >= 16 && product.Attributes["price"].EndsWith(" euros"));
        new ShopLibrary(4).Products(20).Select(product => product.Name).ShouldBe(products.Take(20).Select(product => product.Name));
        new ShopLibrary(5).Products(20).Select(product => product.Name).ShouldNotBe(products.Take(20).Select(product => product.Name));
    }

    [Fact]
    public void The_documents_are_fixed_by_the_seed_and_differ_in_their_facts()
    {
        var documents = new ShopLibrary(4).Documents();

        output.WriteLine(string.Join("\n\n", documents.Select(document => $"# {document.Title}\n\n{document.Text}")));
        documents.Select(document => document.Id).ShouldBe(["brand-guide", "returns", "shipping", "payment", "service", "sizes"]);
        documents.ShouldAllBe(document => !document.Text.Contains('{'));
        new ShopLibrary(4).Documents().ShouldBe(documents);
        new ShopLibrary(9).Documents()[1].Text.ShouldNotBe(documents[1].Text);
    }

    [Fact]
    public void No_product_of_the_catalogue_is_in_a_training_conversation()
    {
        var names = new ShopLibrary(4).Products(2000).Select(product => product.Name).ToHashSet();

        new ShopCorpus(1).Training(0, 20_000).Count(example => names.Contains(example.Subject[(example.Subject.IndexOf(':') + 1)..])).ShouldBe(0);
    }
}
