// Command shop makes the calls of examples/shop with the official AWS SDK for Go, in the order in which Evenkeel makes
// them, and fails at the first answer that the SDK does not understand or that is not what AWS documents.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	ga "github.com/aws/aws-sdk-go-v2/service/globalaccelerator"
	gatypes "github.com/aws/aws-sdk-go-v2/service/globalaccelerator/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	r53 "github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

const (
	home = "us-east-1"
	zone = "example.com."
	// The alias zone of every accelerator (Route 53 API Reference, AliasTarget).
	acceleratorZone = "Z2BJ6XQ5FK7U4H"
)

var regions = []string{home, "eu-west-1", "ap-northeast-1"}

// target is a load balancer.
type target struct{ region, arn, name, zone string }

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(home))
	if err != nil {
		return err
	}
	identity, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return err
	}
	say("account", *identity.Account)
	targets, err := loadBalancers(ctx, cfg)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, aws.Config, []target) error{names, accelerator, table} {
		if err := step(ctx, cfg, targets); err != nil {
			return err
		}
	}
	return nil
}

func loadBalancers(ctx context.Context, cfg aws.Config) ([]target, error) {
	var all []target
	for _, region := range regions {
		client := elb.NewFromConfig(cfg, func(o *elb.Options) { o.Region = region })
		found, err := client.DescribeLoadBalancers(ctx, &elb.DescribeLoadBalancersInput{})
		if err != nil {
			return nil, err
		}
		if len(found.LoadBalancers) != 1 {
			return nil, fmt.Errorf("%d load balancers in %s, wanted 1", len(found.LoadBalancers), region)
		}
		one := found.LoadBalancers[0]
		all = append(all, target{region, *one.LoadBalancerArn, *one.DNSName, *one.CanonicalHostedZoneId})
	}
	say("load balancers", len(all))
	return all, nil
}

// names makes a health check a Region and latency records, and takes one record away twice: the second time AWS says no.
func names(ctx context.Context, cfg aws.Config, targets []target) error {
	client := route53.NewFromConfig(cfg)
	zones, err := client.ListHostedZonesByName(ctx, &route53.ListHostedZonesByNameInput{DNSName: aws.String(zone)})
	if err != nil {
		return err
	}
	zoneID := zones.HostedZones[0].Id
	var changes []r53.Change
	for _, one := range targets {
		check, err := client.CreateHealthCheck(ctx, &route53.CreateHealthCheckInput{
			CallerReference: aws.String("go-" + one.region),
			HealthCheckConfig: &r53.HealthCheckConfig{
				Type: r53.HealthCheckTypeHttps, FullyQualifiedDomainName: aws.String(one.name), Port: aws.Int32(443),
				ResourcePath: aws.String("/health"), RequestInterval: aws.Int32(10), FailureThreshold: aws.Int32(2),
			},
		})
		if err != nil {
			return err
		}
		_, err = client.ChangeTagsForResource(ctx, &route53.ChangeTagsForResourceInput{
			ResourceType: r53.TagResourceTypeHealthcheck, ResourceId: check.HealthCheck.Id,
			AddTags: []r53.Tag{{Key: aws.String("Name"), Value: aws.String(one.region)}},
		})
		if err != nil {
			return err
		}
		set := alias("api."+zone, one.zone, one.name)
		set.SetIdentifier, set.Region, set.HealthCheckId = &one.region, r53.ResourceRecordSetRegion(one.region), check.HealthCheck.Id
		changes = append(changes, r53.Change{Action: r53.ChangeActionCreate, ResourceRecordSet: set})
	}
	if err := change(ctx, client, zoneID, changes...); err != nil {
		return err
	}
	listed, err := client.ListResourceRecordSets(ctx, &route53.ListResourceRecordSetsInput{HostedZoneId: zoneID})
	if err != nil {
		return err
	}
	// The zone's own SOA and NS are among them.
	say("record sets", len(listed.ResourceRecordSets))

	last := changes[len(changes)-1]
	last.Action = r53.ChangeActionDelete
	if err := change(ctx, client, zoneID, last); err != nil {
		return err
	}
	var invalid *r53.InvalidChangeBatch
	if err := change(ctx, client, zoneID, last); !errors.As(err, &invalid) {
		return fmt.Errorf("a record set was deleted twice: %w", err)
	}
	say("refused", invalid.ErrorMessage())
	return nil
}

func alias(name, zone, target string) *r53.ResourceRecordSet {
	return &r53.ResourceRecordSet{
		Name: &name, Type: r53.RRTypeA,
		AliasTarget: &r53.AliasTarget{HostedZoneId: &zone, DNSName: &target, EvaluateTargetHealth: true},
	}
}

// change waits until every name server has it.
func change(ctx context.Context, client *route53.Client, zone *string, changes ...r53.Change) error {
	sent, err := client.ChangeResourceRecordSets(ctx, &route53.ChangeResourceRecordSetsInput{
		HostedZoneId: zone, ChangeBatch: &r53.ChangeBatch{Changes: changes},
	})
	if err != nil {
		return err
	}
	waiter := route53.NewResourceRecordSetsChangedWaiter(client, func(o *route53.ResourceRecordSetsChangedWaiterOptions) {
		o.MinDelay, o.MaxDelay = 20*time.Millisecond, 200*time.Millisecond
	})
	return waiter.Wait(ctx, &route53.GetChangeInput{Id: sent.ChangeInfo.Id}, time.Minute)
}

// accelerator makes the whole tree without waiting, as AWS allows, and then waits until it is deployed and healthy.
func accelerator(ctx context.Context, cfg aws.Config, targets []target) error {
	// Global Accelerator has its control plane in us-west-2.
	client := ga.NewFromConfig(cfg, func(o *ga.Options) { o.Region = "us-west-2" })
	made, err := client.CreateAccelerator(ctx, &ga.CreateAcceleratorInput{
		Name: aws.String("go-shop"), IdempotencyToken: aws.String("go-shop"),
	})
	if err != nil {
		return err
	}
	arn := made.Accelerator.AcceleratorArn
	listener, err := client.CreateListener(ctx, &ga.CreateListenerInput{
		AcceleratorArn: arn, IdempotencyToken: aws.String("go-listener"), Protocol: gatypes.ProtocolTcp,
		PortRanges: []gatypes.PortRange{{FromPort: aws.Int32(443), ToPort: aws.Int32(443)}},
	})
	if err != nil {
		return err
	}
	var group *gatypes.EndpointGroup
	for _, one := range targets {
		made, err := client.CreateEndpointGroup(ctx, &ga.CreateEndpointGroupInput{
			ListenerArn: listener.Listener.ListenerArn, EndpointGroupRegion: &one.region, IdempotencyToken: &one.region,
			EndpointConfigurations: []gatypes.EndpointConfiguration{{EndpointId: &one.arn}},
		})
		if err != nil {
			return err
		}
		group = made.EndpointGroup
	}
	// What is omitted stays: the endpoints are still there after the dial was turned.
	turned, err := client.UpdateEndpointGroup(ctx, &ga.UpdateEndpointGroupInput{
		EndpointGroupArn: group.EndpointGroupArn, TrafficDialPercentage: aws.Float32(40),
	})
	if err != nil {
		return err
	}
	say("endpoints after the dial was turned", len(turned.EndpointGroup.EndpointDescriptions))
	err = eventually("the accelerator to be deployed", func() (bool, error) {
		found, err := client.DescribeAccelerator(ctx, &ga.DescribeAcceleratorInput{AcceleratorArn: arn})
		return err == nil && found.Accelerator.Status == gatypes.AcceleratorStatusDeployed, err
	})
	if err != nil {
		return err
	}
	err = eventually("the endpoint to be healthy", func() (bool, error) {
		found, err := client.DescribeEndpointGroup(ctx, &ga.DescribeEndpointGroupInput{EndpointGroupArn: group.EndpointGroupArn})
		return err == nil && found.EndpointGroup.EndpointDescriptions[0].HealthState == gatypes.HealthStateHealthy, err
	})
	if err != nil {
		return err
	}
	say("accelerator", "deployed and healthy")
	_, err = client.DeleteListener(ctx, &ga.DeleteListenerInput{ListenerArn: listener.Listener.ListenerArn})
	var associated *gatypes.AssociatedEndpointGroupFoundException
	if !errors.As(err, &associated) {
		return fmt.Errorf("a listener with endpoint groups was deleted: %w", err)
	}
	dns := route53.NewFromConfig(cfg)
	zones, err := dns.ListHostedZonesByName(ctx, &route53.ListHostedZonesByNameInput{DNSName: aws.String(zone)})
	if err != nil {
		return err
	}
	set := alias("shop."+zone, acceleratorZone, *made.Accelerator.DnsName)
	return change(ctx, dns, zones.HostedZones[0].Id, r53.Change{Action: r53.ChangeActionCreate, ResourceRecordSet: set})
}

// table makes a table with a replica in each other Region, one after another, and protects every member.
func table(ctx context.Context, cfg aws.Config, _ []target) error {
	name := aws.String("go-sessions")
	in := func(region string) *dynamodb.Client {
		return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.Region = region })
	}
	client := in(home)
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: name, BillingMode: ddb.BillingModePayPerRequest,
		AttributeDefinitions: []ddb.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: ddb.ScalarAttributeTypeS}},
		KeySchema:            []ddb.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: ddb.KeyTypeHash}},
		Tags:                 []ddb.Tag{{Key: aws.String("team"), Value: aws.String("shop")}},
	})
	if err != nil {
		return err
	}
	isActive := func(client *dynamodb.Client, replicas int) func() (bool, error) {
		return func() (bool, error) {
			found, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: name})
			if err != nil {
				return false, err
			}
			active := found.Table.TableStatus == ddb.TableStatusActive && len(found.Table.Replicas) == replicas
			for _, replica := range found.Table.Replicas {
				active = active && replica.ReplicaStatus == ddb.ReplicaStatusActive
			}
			return active, nil
		}
	}
	for count, region := range regions[1:] {
		if err := eventually("the table to be active", isActive(client, count)); err != nil {
			return err
		}
		create := ddb.ReplicationGroupUpdate{Create: &ddb.CreateReplicationGroupMemberAction{RegionName: aws.String(region)}}
		_, err := client.UpdateTable(ctx, &dynamodb.UpdateTableInput{
			TableName: name, ReplicaUpdates: []ddb.ReplicationGroupUpdate{create},
		})
		if err != nil {
			return err
		}
		// One action at a time.
		_, err = client.UpdateTable(ctx, &dynamodb.UpdateTableInput{
			TableName: name, DeletionProtectionEnabled: aws.Bool(true),
		})
		var busy *ddb.ResourceInUseException
		if !errors.As(err, &busy) {
			return fmt.Errorf("a table that is changing was changed: %w", err)
		}
	}
	if err := eventually("the replicas to be active", isActive(client, len(regions)-1)); err != nil {
		return err
	}
	say("replicas", len(regions)-1)
	_, err = client.UpdateTable(ctx, &dynamodb.UpdateTableInput{
		TableName: name,
		ReplicaUpdates: []ddb.ReplicationGroupUpdate{
			{Create: &ddb.CreateReplicationGroupMemberAction{RegionName: aws.String(home)}},
		},
	})
	var invalid smithy.APIError
	if !errors.As(err, &invalid) || invalid.ErrorCode() != "ValidationException" {
		return fmt.Errorf("a table got a replica in its own Region: %w", err)
	}
	say("refused", invalid.ErrorMessage())
	for _, region := range regions {
		client := in(region)
		_, err := client.UpdateTable(ctx, &dynamodb.UpdateTableInput{TableName: name, DeletionProtectionEnabled: aws.Bool(true)})
		if err != nil {
			return err
		}
		if err := eventually("the table to be active", isActive(client, len(regions)-1)); err != nil {
			return err
		}
	}
	_, err = client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               name,
		TimeToLiveSpecification: &ddb.TimeToLiveSpecification{AttributeName: aws.String("expires"), Enabled: aws.Bool(true)},
	})
	if err != nil {
		return err
	}
	_, err = in(regions[1]).DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: name})
	if !errors.As(err, &invalid) || invalid.ErrorCode() != "ValidationException" {
		return fmt.Errorf("a protected table was deleted: %w", err)
	}
	say("refused", invalid.ErrorMessage())
	return nil
}

// eventually asks until it is so. The world's time passes faster than ours.
func eventually(what string, isSo func() (bool, error)) error {
	for range 600 {
		if so, err := isSo(); so || err != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("waited too long for %s", what)
}

func say(what string, how any) {
	fmt.Printf("%s: %v\n", what, how)
}
