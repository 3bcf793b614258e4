<?php
/**
 * Orders in either storage: posts, or a place of their own (HPOS).
 */

function stand_in_uses_hpos() {
	return 'yes' === get_option( 'woocommerce_custom_orders_table_enabled' );
}

function stand_in_register_order_type() {
	register_post_type(
		'shop_order',
		array(
			'label'           => 'Orders',
			'public'          => false,
			'show_ui'         => ! stand_in_uses_hpos(),
			'show_in_menu'    => 'woocommerce',
			'capability_type' => 'shop_order',
			'map_meta_cap'    => true,
			'supports'        => array( 'title' ),
		)
	);
	register_post_status( 'wc-processing', array( 'label' => 'Processing', 'show_in_admin_all_list' => true ) );
}

class WC_Abstract_Order {
	private $id;
	private $status;

	public function __construct( int $id, string $status ) {
		$this->id     = $id;
		$this->status = $status;
	}

	public function get_id() {
		return $this->id;
	}

	public function get_status() {
		return preg_replace( '/^wc-/', '', $this->status );
	}
}

class WC_Order extends WC_Abstract_Order {
	public function get_type() {
		return 'shop_order';
	}
}

class WC_Order_Refund extends WC_Abstract_Order {
	public function get_type() {
		return 'shop_order_refund';
	}
}

function wc_get_order( $id ) {
	if ( stand_in_uses_hpos() ) {
		$rows = get_option( 'stand_in_orders', array() );
		$kind = isset( $rows[ $id ] ) ? $rows[ $id ] : '';
	} else {
		$post = get_post( $id );
		$kind = $post && 0 === strpos( $post->post_type, 'shop_order' ) ? $post->post_status : '';
		$kind = $post && 'shop_order_refund' === $post->post_type ? 'refund' : $kind;
	}
	if ( '' === $kind ) {
		return false;
	}
	return 'refund' === $kind ? new WC_Order_Refund( $id, $kind ) : new WC_Order( $id, $kind );
}

/** Makes an order, or with the status 'refund' a refund; returns its id. */
function stand_in_make_order( string $status = 'wc-processing' ): int {
	if ( ! stand_in_uses_hpos() ) {
		return wp_insert_post(
			array(
				'post_type'   => 'refund' === $status ? 'shop_order_refund' : 'shop_order',
				'post_status' => 'refund' === $status ? 'publish' : $status,
				'post_title'  => 'An order',
			)
		);
	}
	$rows        = get_option( 'stand_in_orders', array() );
	$id          = 90000 + count( $rows );
	$rows[ $id ] = $status;
	update_option( 'stand_in_orders', $rows );
	return $id;
}
